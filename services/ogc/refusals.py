"""One table from what went wrong to the status and the sentence that a caller reads."""

import logging
from collections.abc import Mapping
from typing import Final, NamedTuple

import asyncpg  # type: ignore[import-untyped]
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from tipg import errors as tipg

from data.cluster import ClusterError
from projects.errors import BadValue, SetupIncomplete, SignInNeeded, StorageUnavailable, UnknownRecord
from services.ogc import pages

_log = logging.getLogger(__name__)


class Refusal(NamedTuple):
    """An answer to a question that cannot be answered."""

    status: int
    code: str
    sentence: str
    """What happened and what to do; empty: the error says it itself."""


_ASKED_WRONG: Final = Refusal(400, "InvalidParameterValue", "")
_NOT_THERE: Final = Refusal(404, "NotFound", "")
_AWAY: Final = Refusal(
    503,
    "ServiceUnavailable",
    "数据库暂时连接不上或问题较多，请稍后再试。 The database does not answer or is busy; try again later.",
)
_MISFITS: Final = Refusal(
    400,
    "InvalidParameterValue",
    "筛选条件与字段类型不符：请对照 queryables 核对字段与值。"
    " The filter does not fit the types of the fields; compare it with the queryables.",
)

TABLE: Final[Mapping[type[Exception], Refusal]] = {
    SignInNeeded: Refusal(
        401,
        "Unauthorized",
        "本系统只对登录人员或持有效令牌的程序开放：请由管理员为您的单位制作令牌，"
        "以 Authorization: Bearer 发送；令牌可能已到期或被撤销。"
        " This needs a valid token (Authorization: Bearer) or a session; ask an"
        " administrator for a token of your unit. It may have expired or been revoked.",
    ),
    BadValue: _ASKED_WRONG,
    UnknownRecord: _NOT_THERE,
    StorageUnavailable: _AWAY,
    SetupIncomplete: _AWAY,
    ClusterError: _AWAY,
    asyncpg.QueryCanceledError: Refusal(
        503,
        "Timeout",
        "数据库未能在时限内答复：请缩小范围。 The database took too long: narrow the question.",
    ),
    asyncpg.DataError: _MISFITS,
    asyncpg.UndefinedFunctionError: _MISFITS,
    asyncpg.DatatypeMismatchError: _MISFITS,
    asyncpg.CannotCoerceError: _MISFITS,
    asyncpg.AmbiguousFunctionError: _MISFITS,
    asyncpg.IndeterminateDatatypeError: _MISFITS,
    asyncpg.InternalServerError: _MISFITS,
    asyncpg.UndefinedTableError: Refusal(
        503, "ServiceUnavailable", "数据库尚未升级到本版本：请管理员运行 python -m data init。"
    ),
    asyncpg.PostgresError: Refusal(
        500, "ServerError", "服务器内部错误，已记入日志。 An internal error; it is logged."
    ),
    tipg.NotFound: _NOT_THERE,
    tipg.MissingGeometryColumn: _ASKED_WRONG,
    tipg.TiPgError: _ASKED_WRONG,
}
"""In the order of the class hierarchy: what an exception is first of, counts."""


def answer(request: Request, error: Exception) -> Response:
    """Return the answer to an error; a fault of our own is logged, nothing of it is told."""
    found = next((TABLE[kind] for kind in type(error).__mro__ if kind in TABLE), None)
    if found is None or found.status >= 500:
        _log.warning("open interface: %s", error, exc_info=found is None)
    refusal = found or TABLE[asyncpg.PostgresError]
    return _told(request, refusal, refusal.sentence or str(error))


def invalid(request: Request, error: Exception) -> Response:
    """Return the answer to parameters that are no numbers, or out of range: 400, as the standard wants."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - what it is registered for
    first = error.errors()[0]
    return _told(request, _ASKED_WRONG, f"{'.'.join(map(str, first['loc'][1:]))}: {first['msg']}")


def plain(request: Request, error: Exception) -> Response:
    """Return the answer to a path or method that does not exist."""
    assert isinstance(error, HTTPException)  # noqa: S101
    code = "NotFound" if error.status_code == 404 else "InvalidParameterValue"
    told = _told(request, Refusal(error.status_code, code, ""), str(error.detail))
    told.headers.update(error.headers or {})
    return told


def _told(request: Request, refusal: Refusal, sentence: str) -> Response:
    headers = {}
    if refusal.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="atlas"'
    if refusal.status == 503:
        headers["Retry-After"] = "10"
    if pages.wanted(request):
        return pages.refusal(request, refusal.status, sentence, headers)
    body = {"code": refusal.code, "description": sentence}
    return JSONResponse(body, status_code=refusal.status, headers=headers)
