"""What the functions of migration 0020 object to, in words that people can act on."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from psycopg import errors
from sqlalchemy.exc import DBAPIError

from data.database import first_line
from projects.errors import BadValue, Conflict, NotAllowed
from projects.matters.model import STATE_ZH, MatterState


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn a refusal of the rules into ``NotAllowed``, ``Conflict`` or ``BadValue``."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, errors.InsufficientPrivilege):
            raise NotAllowed(_NOT_YOURS) from error
        if isinstance(error.orig, errors.UniqueViolation):
            raise Conflict(_NEWER, ("version",)) from error
        if isinstance(error.orig, errors.IntegrityError | errors.DataError):
            raise BadValue(_sentence(error)) from error
        raise


def _sentence(error: DBAPIError) -> str:
    """Return the sentence of a rule, with what it is about."""
    diagnosis = getattr(error.orig, "diag", None)
    rule = str(getattr(diagnosis, "message_primary", "") or "")
    constraint = str(getattr(diagnosis, "constraint_name", "") or "")
    about = str(getattr(diagnosis, "message_detail", "") or "")
    if rule == "no_such_step":
        return _step(about)
    words = _WORDS.get(constraint) or _WORDS.get(rule) or first_line(error)
    return f"{words.format(about=about)}没有保存任何内容。"


def _step(about: str) -> str:
    before, _, after = about.partition(" ")
    names = [STATE_ZH[MatterState(one)] if one in set(MatterState) else one for one in (before, after)]
    return f"这件事项现在是“{names[0]}”，不能直接改为“{names[1]}”。没有保存任何内容，请刷新后再试。"


_NOT_YOURS: Final = (
    "这一步不归您的账户办理：答复由责任单位、配合单位和提出单位填写，办结、重新打开和修改由提出单位及其上级办理，"
    "会议由召集单位办理。没有改动任何内容。"
    " This step is not your account's; nothing was changed."
)
_NEWER: Final = "在您查看之后，他人刚刚改过。您填写的内容没有丢失：请刷新，核对后再保存。"
_WORDS: Final[Mapping[str, str]] = {
    "closed": "这件事项已办结：请先重新打开，再答复或修改。",
    "empty_reply": "请填写答复内容。",
    "no_reason": "请写明理由。",
    "unknown_unit": "没有这样的单位（{about}）：请从列表里选择。",
    "unknown_record": "没有编号为 {about} 的项目，或不归您查看：请核对编号。",
    "unknown_area": "没有代码为 {about} 的地区：请从列表里选择。",
    "meeting_closed": "这次会议已经结束，纪要不能再改。",
    "decided": "这一项已经议定，不能撤下。",
    "not_on_agenda": "{about} 号事项不在这次会议的议程上：请刷新后再试。",
    "empty_decision": "请填写议定内容。",
    "followed_up": "这一项已转为 {about} 号事项，不再另立一件；可以只修改议定内容。",
    "ck_matter_texts_short": "标题要写，且不超过 120 个字，内容不超过 4000 个字。",
    "ck_matter_about_something": "请写明这件事项关于哪个项目或哪个地区。",
    "ck_matter_due_sensible": "办理期限的年份应在 1990–2100 之间。",
    "ck_matter_supports_few": "配合单位最多 20 个。",
    "ck_matter_entry_text_short": "文字不超过 4000 个字。",
    "ck_meeting_texts_short": "会议名称要写；名称、地点、主持人不超过 120 个字，其余不超过 4000 个字。",
    "ck_meeting_held_sensible": "召开日期的年份应在 1990–2100 之间。",
    "ck_meeting_item_decision_short": "议定内容不超过 4000 个字。",
}
