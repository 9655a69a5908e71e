"""What the database says about a directory, in words that people can act on."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from psycopg import errors
from sqlalchemy.exc import DBAPIError

from data.database import first_line
from projects.directories.model import Definition, Entry
from projects.errors import BadValue, Conflict, NotAllowed


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn a refusal of the rules of 0022 into ``NotAllowed``, ``Conflict`` or ``BadValue``."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, errors.InsufficientPrivilege):
            raise NotAllowed(_NOT_YOURS) from error
        if isinstance(error.orig, errors.UniqueViolation):
            raise Conflict(MOVED_ON) from error
        if isinstance(error.orig, errors.IntegrityError | errors.DataError):
            raise BadValue(_sentence(error)) from error
        raise


def _sentence(error: DBAPIError) -> str:
    diagnosis = getattr(error.orig, "diag", None)
    constraint = str(getattr(diagnosis, "constraint_name", "") or "")
    said = str(getattr(diagnosis, "message_primary", "") or "")
    words = _WORDS.get(constraint) or _WORDS.get(said) or f"数据库的规则不允许（{first_line(error)}）。"
    return f"{words}没有改动任何内容。"


_NOT_YOURS: Final = (
    "这份名录不归您的账户编辑、公布或撤回：草稿由本单位编辑，公布和撤回由有权发布的人办理。没有改动任何内容。"
    " This directory is not yours to edit, publish or withdraw; nothing was changed."
)
MOVED_ON: Final = (
    "在您查看之后，有人改动了这份名录：请刷新后再试，没有改动任何内容。"
    " Somebody changed this directory meanwhile: reload and try again; nothing was changed."
)


def line_moved_on(definition: Definition, seen: Entry, now: Entry) -> str:
    """Return what became of a line since it was read: column, what was seen, what stands there now."""
    parts = [
        f"{column.zh}：您看到的是“{_said(seen, column.name)}”，现在是“{_said(now, column.name)}”"
        for column in definition.columns
        if seen.cells.get(column.name) != now.cells.get(column.name)
    ]
    place = (seen.place.coordinates_entered, seen.place.datum_entered, seen.place.county_code)
    if place != (now.place.coordinates_entered, now.place.datum_entered, now.place.county_code):
        parts.append("位置也改了")
    return f"在您打开这一行之后，有人改了它（{'；'.join(parts[:5])}）。没有改动任何内容。"


def _said(entry: Entry, name: str) -> str:
    value = entry.cells.get(name)
    if isinstance(value, bool):
        return "是" if value else "否"
    return "空" if value in (None, "") else str(value)[:60]


_WORDS: Final[Mapping[str, str]] = {
    "not_draft": "这一版已经公布或撤回，不能再改：请以它为底稿新建一版。",
    "no_such_base": "底稿不是同一名录、同一地区的一版，或者您看不到它。",
    "no_such_line": "其中有一行已经不在草稿里：请刷新后再试。",
    "empty": "一行也没有，不能公布。",
    "no_reason": "撤回已公布的名录要写明原因。",
    "withdrawn_already": "这一版已经撤回。",
    "ck_directory_texts_short": "标题要写，且不超过 120 个字；原因不超过 500 个字。",
    "ck_directory_entries_counted": "一份名录最多 20000 行。",
    "ck_directory_valid_on_sensible": "日期应在 1990 年到 2100 年之间。",
    "ck_directory_entry_texts_short": "这一行的文字太长，或关联的项目超过 20 个。",
}
