"""Attached files by the session cookie: ``GET /attachment/{id}``, ``GET /office-file/{id}``.

The database says who may have which.

Every answer is a download of its own kind, never a page: it cannot be sniffed, framed or scripted, and no
cache keeps it.
"""

import logging
from functools import partial
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from data.cluster import ClusterError
from layers.html import element, escape
from projects.attachments import TYPES, AttachedFile, OpenAttachments
from projects.errors import NotAllowed, SignInNeeded, StorageUnavailable, UnknownRecord
from services.downloads import HEADERS, disposition
from services.keys import NAME as KEY
from services.sign_in import Visitor, by_cookie, sign_in_path

PATH: Final = "/attachment/"
OFFICE_PATH: Final = "/office-file/"
"""Files of matters, directories and evaluations."""
SAFE: Final = {
    **HEADERS,
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_log = logging.getLogger(__name__)


def routes(
    attachments: OpenAttachments, visitor: Visitor = by_cookie, office_files: OpenAttachments | None = None
) -> list[Route]:
    """Return the routes to mount; ``attachments(token)`` opens the files with that person's rights."""
    opened = {PATH: attachments} | ({OFFICE_PATH: office_files} if office_files else {})
    return [
        Route(f"{path}{{key:{KEY}}}", partial(_download, files, visitor), methods=["GET"])
        for path, files in opened.items()
    ]


def path_of(held: AttachedFile) -> str:
    """Return the address of a file; the subject of office work has a stroke in it."""
    return f"{OFFICE_PATH if '/' in held.subject else PATH}{held.id}"


async def _download(attachments: OpenAttachments, visitor: Visitor, request: Request) -> Response:
    """Answer one request in a worker thread; every refusal is a sentence in both languages."""
    key = int(request.path_params["key"])
    try:
        token = await run_in_threadpool(visitor, request)
        if not token or key >= 2**31:
            raise SignInNeeded if not token else UnknownRecord(str(key))
        held, path = await run_in_threadpool(lambda: attachments(token).opened(key))
        if held.media_type not in TYPES:  # no upload of ours writes one
            raise UnknownRecord(f"attachment {key}: {held.media_type}")
    except SignInNeeded:
        link = element("a", "登录 · Sign in", href=sign_in_path(request.url.path))
        return _sentence(401, "请先登录，再打开附件。 Please sign in to open attachments.", link)
    except (UnknownRecord, NotAllowed) as error:
        _log.info("attachment refused: %s", error)
        return _sentence(
            404, "没有这个附件，或它已被移除，或不在您可以查看的范围内。 There is no such file for you."
        )
    except (StorageUnavailable, ClusterError, OSError) as error:
        _log.warning("attachment refused: %s", error)
        return _sentence(503, "附件暂时读不出来，请稍后再试。 Please try again in a moment.")
    suffix = TYPES[held.media_type]
    named = {"Content-Disposition": disposition(held.file_name, f"attachment-{held.id}{suffix}")}
    return FileResponse(path, media_type=held.media_type, headers=SAFE | named)


def _sentence(status: int, words: str, more: str = "") -> HTMLResponse:
    body = element("p", escape(words)) + more
    page = '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    return HTMLResponse(page + body, status_code=status, headers=SAFE)
