"""Files that go between an office and the library: uploads kept for the worker, and what comes back.

    GET /office/workbook?unit=…&lang=…   the workbook filled with what the library knows of a unit
                        …&blank=1        the same workbook without records
    GET /office/returned/{job}           the rows of an import that must be mended, as a workbook

Both answers go by the session cookie, are for that person alone and are never stored on the way.
"""

import hashlib
import logging
import re
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from data.cluster import ClusterError
from data.exports.pieces import write_whole
from data.exports.request import marked_name
from data.exports.xlsx import MEDIA_TYPE
from data.settings import Settings
from layers.html import escape
from projects.errors import BadValue, NotAllowed, SignInNeeded, StorageUnavailable, UnknownRecord
from projects.intake.preview import PreviewRow, rows_of
from projects.work import Jobs
from services.downloads import HEADERS, disposition
from services.keys import NAME as KEY
from services.sign_in import Visitor, by_cookie

SUFFIXES: Final = (".xlsx", ".xls", ".xlsm", ".csv", ".geojson", ".json", ".gpkg", ".zip")
_STORED: Final = re.compile(r"[0-9a-f]{64}\.[a-z]{3,7}")
_MADE: Final = re.compile(r"(preview|returned)-[0-9]{1,12}\.(jsonl|xlsx)")
_UNIT: Final = re.compile(r"[A-Za-z0-9-]{1,80}")
_log = logging.getLogger(__name__)

Answer = Callable[[str, Request], Response]
"""(session token, request) → what is sent."""

Workbook = Callable[[str, str, str, bool], tuple[bytes, str]]
"""(token, unit id, language, blank) → the workbook and its Chinese file name; raises ``NotAllowed`` …"""


class Kept(NamedTuple):
    """An upload on its way to the worker: its name in the folder, its checksum and size in bytes."""

    name: str
    sha256: str
    size: int


def folder(settings: Settings) -> Path:
    """Return the private folder of uploads and what is made of them, made on first use (mode 0700)."""
    place = settings.files_dir / "uploads"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def keep_upload(
    settings: Settings, file_name: str, content: bytes, suffixes: Collection[str] = SUFFIXES
) -> Kept:
    """Store an upload under its checksum: whole or not at all, the same file once.

    ``suffixes`` are the endings that the page reads. Raises ``BadValue`` for an empty file, one that is too
    large or of a kind that is not read.
    """
    suffix = Path(file_name).suffix.lower()
    if suffix not in suffixes:
        raise BadValue(
            f"「{file_name}」不是可以导入的文件类型（{suffix or '没有扩展名'}）。"
            "请另存为 xlsx 或 csv 后再上传。"
        )
    if not content:
        raise BadValue(f"「{file_name}」是空文件，请检查后重新上传。")
    if len(content) > settings.max_upload_mb * 1024 * 1024:
        raise BadValue(
            f"「{file_name}」有 {len(content) / 1048576:.1f} MB，超过上限 {settings.max_upload_mb} MB。"
            "请拆成几个文件，或删去图片和空表后再上传。"
        )
    digest = hashlib.sha256(content).hexdigest()
    place = folder(settings) / f"{digest}{suffix}"
    if not (place.is_file() and place.stat().st_size == len(content)):
        write_whole(iter((content,)), place, private=True)
    place.touch()  # uploaded once more: it is kept for another while
    return Kept(place.name, digest, len(content))


def stored(settings: Settings, name: str) -> Path:
    """Return the path of an upload or of a file made of one; raises ``UnknownRecord``.

    Names come from job rows, yet nothing but the names this program gives is ever opened.
    """
    path = folder(settings) / name
    if not (_STORED.fullmatch(name) or _MADE.fullmatch(name)) or not path.is_file():
        raise UnknownRecord(name)
    return path


def read_preview(settings: Settings, name: str) -> tuple[PreviewRow, ...]:
    """Return the rows of a preview in file order; raises ``UnknownRecord`` when it is gone."""
    path = stored(settings, name)
    return _read_rows(str(path), path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read_rows(path: str, _written: int) -> tuple[PreviewRow, ...]:
    with Path(path).open(encoding="utf-8") as lines:
        return rows_of(lines)


# ---- routes ----


def workbook_path(unit_id: str, language: str, *, blank: bool = False) -> str:
    """Return the address of a unit's filled workbook, or of the blank one.

    >>> workbook_path("440232", "zh"), workbook_path("440232", "zh", blank=True)
    ('/office/workbook?unit=440232&lang=zh', '/office/workbook?unit=440232&lang=zh&blank=1')
    """
    asked = {"unit": unit_id, "lang": language} | ({"blank": "1"} if blank else {})
    return f"/office/workbook?{urlencode(asked)}"


def returned_path(job: int) -> str:
    """Return the address of what an import gave back."""
    return f"/office/returned/{job}"


def returned_name(job: int) -> str:
    """Return the file name of what an import gave back."""
    return f"退回待改-{job}.xlsx"


def routes(
    settings: Settings, workbook: Workbook, jobs: Callable[[str], Jobs], visitor: Visitor = by_cookie
) -> list[Route]:
    """Return the routes to mount; ``jobs(token)`` opens the job list with that person's rights."""
    answers: Mapping[str, Answer] = {
        "/office/workbook": partial(_workbook, workbook),
        f"/office/returned/{{job:{KEY}}}": partial(_returned, settings, jobs),
    }
    return [
        Route(path, partial(_guarded, answer, visitor), methods=["GET"]) for path, answer in answers.items()
    ]


async def _guarded(answer: Answer, visitor: Visitor, request: Request) -> Response:
    """Answer in a worker thread with the visitor's token; a failure becomes a page of one sentence."""
    try:
        token = await run_in_threadpool(visitor, request)
        if not token:
            raise SignInNeeded("请先登录，再下载这个文件。Please sign in first.")
        return await run_in_threadpool(answer, token, request)
    except SignInNeeded as error:
        return _sentence(401, str(error) or "登录已过期，请重新登录。Please sign in again.")
    except NotAllowed as error:
        return _sentence(403, str(error))
    except (UnknownRecord, BadValue):
        return _sentence(
            404, "没有这个文件，或它已经清理。请回到原页面重新生成。There is no such file any more."
        )
    except (StorageUnavailable, ClusterError, OSError) as error:
        _log.warning("office file refused: %s", error)
        return _sentence(503, "数据暂时读不出来，请稍后再试。Please try again in a moment.")


def _workbook(workbook: Workbook, token: str, request: Request) -> Response:
    unit = request.query_params.get("unit", "")
    if not _UNIT.fullmatch(unit):
        raise BadValue(unit[:80])
    language = "en" if request.query_params.get("lang") == "en" else "zh"
    blank = request.query_params.get("blank") == "1"
    content, name = workbook(token, unit, language, blank)
    headers = HEADERS | {"Content-Disposition": disposition(name, f"atlas-{unit}.xlsx")}
    return Response(content, media_type=MEDIA_TYPE, headers=headers)


def _returned(settings: Settings, jobs: Callable[[str], Jobs], token: str, request: Request) -> Response:
    """Answer with the returned workbook of one's own job: the database shows nobody else's."""
    key = int(request.path_params["job"])
    name = str(jobs(token).job(key).result.get("returned") or "")
    path = stored(settings, name)
    names = (
        marked_name(settings, returned_name(key)),
        marked_name(settings, f"returned-{key}.xlsx", "en"),
    )
    headers = HEADERS | {"Content-Disposition": disposition(*names)}
    return FileResponse(path, media_type=MEDIA_TYPE, headers=headers)


def _sentence(status: int, text: str) -> HTMLResponse:
    body = (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>健康产业一张图</title>'
        f'<p style="font:16px/1.7 sans-serif;max-width:36em;margin:12vh auto;padding:0 1em">{escape(text)}'
        ' <a href="/">返回首页 · Home</a></p></html>'
    )
    policy = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return HTMLResponse(body, status_code=status, headers=HEADERS | policy)
