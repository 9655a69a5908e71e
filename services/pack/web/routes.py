"""Files of packs over the web; whoever asks gets what the database lets him have, as downloads only.

    GET /pack/{id}/{file}            by session: the maker's own, an administrator's all
    GET /pack/shared/{token}[/file]  by a link that its maker gave away: short-lived, counted, revocable
    GET /edition/{id}[/file]         a frozen edition at its permanent address, for whoever reads the edition

A file is held against the manifest's checksum before it is sent: one that was altered on the disk is not.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from data.cluster import ClusterError
from data.settings import Settings
from data.store.packs import Kept, PostgisPacks
from layers.html import element, escape
from projects.errors import NotAllowed, SignInNeeded, StorageUnavailable, UnknownRecord
from services.attachments import SAFE
from services.downloads import disposition
from services.keys import NAME as KEY
from services.pack.making import sha256
from services.pack.web import pages
from services.sign_in import Visitor, by_cookie, sign_in_path

PACK, SHARED, EDITION = "/pack/", "/pack/shared/", "/edition/"
PAGE: Final = {
    **SAFE,
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Robots-Tag": "noindex",
}
_KEY: Final = f"{{key:{KEY}}}"
_log = logging.getLogger(__name__)

OpenPacks = Callable[[str], PostgisPacks]
"""Session token ("": nobody) → the packs as that person sees them."""
OpenLink = Callable[[str, bool], tuple[Kept, datetime]]
"""(token of a link, whether a file is fetched) → the pack behind it and when the link ends."""


class Altered(Exception):  # noqa: N818 - reads as what happened
    """A file is missing on the disk or not the one that the manifest names."""


class _Counter(NamedTuple):
    packs: OpenPacks
    by_link: OpenLink
    settings: Settings
    visitor: Visitor


_Handler = Callable[[_Counter, Request], Response]


def routes(
    packs: OpenPacks, by_link: OpenLink, settings: Settings, visitor: Visitor = by_cookie
) -> list[Route]:
    """Return the routes to mount; both openers are called per request: the app starts without a database."""
    counter = _Counter(packs, by_link, settings, visitor)
    table: tuple[tuple[str, _Handler], ...] = (
        (SHARED + "{token}", _shared_page),
        (SHARED + "{token}/{name}", _shared_file),
        (PACK + _KEY + "/{name}", _own_file),
        (EDITION + _KEY, _edition_page),
        (EDITION + _KEY + "/{name}", _edition_file),
    )
    return [Route(path, partial(_guarded, handler, counter), methods=["GET"]) for path, handler in table]


def path_of(key: int, name: str) -> str:
    """Return the address of a file of a pack.

    >>> path_of(7, "汇报 1.pptx")
    '/pack/7/%E6%B1%87%E6%8A%A5%201.pptx'
    """
    return f"{PACK}{key}/{quote(name, safe='')}"


def shared_path(token: str) -> str:
    """Return the address that a link token opens."""
    return SHARED + token


def edition_path(edition: int) -> str:
    """Return the permanent address of a frozen edition.

    >>> edition_path(3)
    '/edition/3'
    """
    return f"{EDITION}{edition}"


def _own_file(counter: _Counter, request: Request) -> Response:
    token = counter.visitor(request)
    if not token:
        raise SignInNeeded
    return _file(counter.packs(token).kept(request.path_params["key"]), request.path_params["name"])


def _shared_page(counter: _Counter, request: Request) -> Response:
    token = request.path_params["token"]
    kept, ends = counter.by_link(token, False)
    body = pages.shared(kept.pack, shared_path(token), ends, practice=counter.settings.demo)
    return HTMLResponse(body, headers=PAGE)


def _shared_file(counter: _Counter, request: Request) -> Response:
    kept, _ends = counter.by_link(request.path_params["token"], True)
    return _file(kept, request.path_params["name"])


def _edition_page(counter: _Counter, request: Request) -> Response:
    kept = _edition(counter, request)
    base = edition_path(request.path_params["key"])
    return HTMLResponse(pages.edition(kept.pack, base, practice=counter.settings.demo), headers=PAGE)


def _edition_file(counter: _Counter, request: Request) -> Response:
    return _file(_edition(counter, request), request.path_params["name"])


def _edition(counter: _Counter, request: Request) -> Kept:
    token = counter.visitor(request)
    if not token and not counter.settings.anonymous_reads:
        raise SignInNeeded
    return counter.packs(token).edition(request.path_params["key"])


def _file(kept: Kept, name: str) -> Response:
    """Send one file of a pack that its manifest names; raises ``UnknownRecord``, ``Altered``."""
    listed = next((file for file in kept.pack.files if file.name == name), None)
    if listed is None or Path(name).name != name:
        raise UnknownRecord(f"pack {kept.pack.id} has no such file")
    path = kept.folder / name
    try:
        stat = path.stat()
        intact = stat.st_size == listed.size_bytes and _sum(path, stat.st_mtime_ns) == listed.sha256
    except OSError as error:
        raise Altered(f"{path}: {error}") from error
    if not intact:
        raise Altered(f"{path} is not the file that its manifest names")
    plain = f"pack-{kept.pack.id}-{listed.part}{path.suffix}"
    named = {"Content-Disposition": disposition(name, plain)}
    return FileResponse(path, media_type=listed.media_type, headers=SAFE | named)


@lru_cache(maxsize=1024)
def _sum(path: Path, changed_ns: int) -> str:
    del changed_ns  # a file written anew is summed anew
    return sha256(path)


async def _guarded(handler: _Handler, counter: _Counter, request: Request) -> Response:
    """Answer one request in a worker thread; every refusal is a sentence in both languages."""
    try:
        return await run_in_threadpool(handler, counter, request)
    except SignInNeeded:
        link = element("a", "登录 · Sign in", href=sign_in_path(request.url.path))
        return _sentence(401, "请先登录，再打开材料。 Please sign in to open this file.", link)
    except (UnknownRecord, NotAllowed) as error:
        _log.info("pack refused: %s", error)
        return _sentence(404, _GONE)
    except Altered as error:
        _log.error("pack refused: %s", error)
        return _sentence(503, _ALTERED)
    except (StorageUnavailable, ClusterError, OSError) as error:
        _log.warning("pack refused: %s", error)
        return _sentence(503, "材料暂时读不出来，请稍后再试。 Please try again in a moment.")


_GONE: Final = (
    "没有这份材料，或它已过期、已删除、链接已停用，或不在您可以查看的范围内。请向给您链接的人要一个新的。"
    " There is no such pack, or its time is over. Ask whoever gave you the link for a new one."
)
_ALTERED: Final = (
    "服务器上的这个文件与制作时的校验和不一致，没有发出。请告诉管理员。"
    " This file is not the one that was made, so it was not sent. Please tell the administrator."
)


def _sentence(status: int, words: str, more: str = "") -> HTMLResponse:
    return HTMLResponse(pages.plain(element("p", escape(words)) + more), status_code=status, headers=PAGE)
