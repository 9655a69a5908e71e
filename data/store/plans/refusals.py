"""What the database says about a proposal, in words that people can act on."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from psycopg import errors
from sqlalchemy.exc import DBAPIError

from data.database import first_line
from projects.errors import BadValue, Conflict, NotAllowed


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn a refusal of the rules of 0008 into ``NotAllowed``, ``Conflict`` or ``BadValue``."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, errors.InsufficientPrivilege):
            raise NotAllowed(_NOT_YOURS) from error
        if isinstance(error.orig, errors.UniqueViolation):
            raise Conflict(_NEWER) from error
        if isinstance(error.orig, errors.CheckViolation):
            raise BadValue(_sentence(error)) from error
        raise


def _sentence(error: DBAPIError) -> str:
    """Return the sentence of a code, with the records that it is about."""
    diagnosis = getattr(error.orig, "diag", None)
    said = str(getattr(diagnosis, "message_primary", "") or "")
    constraint = str(getattr(diagnosis, "constraint_name", "") or "")
    records = str(getattr(diagnosis, "message_detail", "") or "")
    words = _WORDS.get(constraint) or _WORDS.get(said) or first_line(error)
    return f"{words.format(records=records)}没有保存任何内容。"


_NOT_YOURS: Final = (
    "这个地区的版本不归您的账户编制或审定：编制由本地区的填报单位，审定由上级审核人或管理员。没有改动任何内容。"
    " This area is not yours to plan or decide for; nothing was changed."
)
_NEWER: Final = (
    "在您查看之后，已有更新的一版公布，或这份提案已经办理。请刷新后在最新一版上重新编制。"
    " A newer edition was published meanwhile, or this proposal decided on: reload and start again."
)
_WORDS: Final[Mapping[str, str]] = {
    "not_public": "以下项目未公开发布（或没有这个编号），不能列入（{records}）。",
    "elsewhere": "以下项目不在本地区，不能列入（{records}）。",
    "withdrawn": "以下项目已退库，不能列入（{records}）。",
    "not_open": "以下项目未标明“对外招商：是”，不能列入招商目录（{records}）。",
    "no_reason": "滚动时，每个新进和退出的项目都要写明理由；以下项目没有（{records}）。",
    "must_leave": "以下项目已不再公开（撤下、删除或合并），本版不能保留，请列为退出并写明理由（{records}）。",
    "not_a_member": "以下项目不在上一版中，不能列为退出（{records}）。",
    "both_ways": "以下项目同时列为新进和退出，请只留一种（{records}）。",
    "year_goes_back": "起始年份不能早于上一版（{records}）。",
    "empty": "一个项目也没有，不能编成一版。",
    "no_remark": "退回时请写明意见，编制单位据此修改。",
    "hidden_since": "提案之后以下项目已不再公开，不能公布；请退回，由编制单位重新编制（{records}）。",
    "ck_edition_title_length": "标题要写，且不超过 120 个字。",
    "ck_edition_texts_short": "说明和意见不超过 2000 个字，选取条件不能过长。",
    "ck_edition_entry_reason_short": "每条理由不超过 500 个字。",
    "ck_edition_year_range": "起始年份应在 2000 到 2100 之间。",
}
