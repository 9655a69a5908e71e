"""Small HTML pieces that the pages around filing share: tiles, tags, old → new, dates, states."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from layers.html import element, escape
from projects import fields
from projects.fields import JsonValue
from projects.filing.changes import ChangeSetHead, FieldChange, Kind, Operation, State
from views import values
from views.i18n import Translate
from views.shell import Shell

OFFICE_TIME = ZoneInfo("Asia/Shanghai")


def tile(number: object, label: str, more: str = "", *, hot: bool = False) -> str:
    """Return one figure with its label; ``hot`` asks for a look."""
    note = element("em", escape(more)) if more else ""
    return element(
        "div",
        element("b", escape(number)),
        element("span", escape(label)),
        note,
        class_="atlas-tile atlas-hot" if hot else "atlas-tile",
    )


def tiles(items: Iterable[str]) -> str:
    """Return tiles in a grid that folds on a phone."""
    return element("div", *items, class_="atlas-tiles")


def tag(text: str, code: str = "") -> str:
    """Return a small word on a coloured ground; the word says what the colour says."""
    return element("span", escape(text), class_=f"atlas-tag atlas-tag-{code}" if code else "atlas-tag")


def steps(names: Sequence[str], now: int) -> str:
    """Return the steps of a task with the current one (counted from 0) marked."""
    marked = (
        element(
            "li",
            escape(f"{i + 1} {name}"),
            class_="atlas-now" if i == now else "atlas-done" if i < now else "atlas-later",
            **({"aria_current": "step"} if i == now else {}),
        )
        for i, name in enumerate(names)
    )
    return element("ol", *marked, class_="atlas-steps")


def change_words(shell: Shell, path: str, old: JsonValue, new: JsonValue, *, fresh: bool = False) -> str:
    """Return one field's old → new as HTML; two places are long and stand below each other.

    A ``fresh`` record had nothing before: only the new value is written.
    """
    if fresh and old is None:
        return asked_words(shell, path, new)
    arrow = "<br>→ " if path.startswith("place/") else " → "
    return old_words(shell, path, old) + arrow + asked_words(shell, path, new)


def diff_table(shell: Shell, changes: Sequence[FieldChange], *, fresh: bool = False) -> str:
    """Return fields old → new as a table, with the cell each new value came from."""
    lines = (
        element(
            "tr",
            element("th", escape(values.title(shell, change.path))),
            element("td", change_words(shell, change.path, change.old, change.new, fresh=fresh)),
            element("td", element("span", escape(change.locator), class_="atlas-where"), class_="atlas-cell"),
        )
        for change in changes
    )
    return element("table", *lines, class_="atlas-diff")


def old_words(shell: Shell, path: str, value: JsonValue) -> str:
    """Return an earlier value, struck out unless it was unknown."""
    kind = "atlas-old atlas-none" if value is None else "atlas-old"
    return element("span", escape(values.words(shell, path, value)), class_=kind, **_tip(shell, path, value))


def asked_words(shell: Shell, path: str, value: JsonValue) -> str:
    """Return a new value; taking a value away is said in so many words."""
    _ = shell.translate
    gone = _("去掉") if values.absent_is_none(path) else _("清除（改为未知）")
    text = gone if value is None and path not in fields.STATE_PATHS else values.words(shell, path, value)
    return element("span", escape(text), class_="atlas-asked", **_tip(shell, path, value))


def _tip(shell: Shell, path: str, value: JsonValue) -> dict[str, str]:
    """Return the tooltip of a name: the code it stands for."""
    code = values.code_of(shell, path, value)
    return {"title": code} if code else {}


def when(moment: datetime | None) -> str:
    """Return a moment in the office's time, to the minute.

    >>> when(datetime(2026, 1, 1, 0, 30, tzinfo=UTC))
    '2026-01-01 08:30'
    """
    return f"{moment.astimezone(OFFICE_TIME):%Y-%m-%d %H:%M}" if moment else "—"


def days_since(moment: datetime, now: datetime | None = None) -> int:
    """Return whole days gone by since a moment."""
    return max(0, ((now or datetime.now(UTC)) - moment).days)


def age(moment: datetime, _: Translate) -> str:
    """Return how long something has waited, in words."""
    days = days_since(moment)
    return _("今天") if days == 0 else _("{n} 天").format(n=days)


def state_words(state: State, _: Translate) -> str:
    """Return where a change set stands."""
    return {
        State.DRAFT: _("草稿"),
        State.SUBMITTED: _("待审核"),
        State.ACCEPTED: _("已通过"),
        State.PARTLY_ACCEPTED: _("部分通过"),
        State.REJECTED: _("已退回"),
        State.WITHDRAWN: _("已撤回"),
    }[state]


def kind_words(kind: Kind, _: Translate) -> str:
    """Return where a change set comes from."""
    return {
        Kind.FORM: _("表单"),
        Kind.BULK: _("批量修改"),
        Kind.IMPORT: _("导入"),
        Kind.CLAIM: _("认领"),
        Kind.CLINIC: _("村卫生室"),
        Kind.SITING: _("选址"),
        Kind.MERGE: _("合并"),
        Kind.RESTORE: _("恢复"),
        Kind.DELETE: _("删除"),
    }[kind]


def operation_words(operation: str, _: Translate) -> str:
    """Return what happens to a record; a word nobody knows stays as it is."""
    return (
        {
            Operation.INSERT: _("新增"),
            Operation.UPDATE: _("更新"),
            Operation.DELETE: _("删除"),
            Operation.MERGE: _("合并"),
            Operation.RESTORE: _("恢复"),
        }.get(Operation(operation), operation)
        if operation in set(Operation)
        else operation
    )


def head_line(head: ChangeSetHead, _: Translate) -> str:
    """Return a change set in one line: number, what, whose, how much."""
    return _("{id} 号 · {kind} · {title} · {unit} · {entries} 条记录 {fields} 处").format(
        id=head.id,
        kind=kind_words(head.kind, _),
        title=head.title,
        unit=head.unit_name,
        entries=head.entries,
        fields=head.fields,
    )
