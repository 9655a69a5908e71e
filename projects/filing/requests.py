"""Making a request fit to be filed: values in their stored form, what changes nothing left out, clashes told.

Pure; the desk brings the documents of the present. A request that breaks a rule raises ``BadValue`` with the
record, the field and the value; one that another change has overtaken raises ``Conflict``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from projects.errors import BadValue, Conflict
from projects.fields import BY_NAME, STATE_PATHS, Document, JsonValue, title
from projects.filing.changes import Entry, FieldChange, Kind, Operation, conflicting, restored_from
from projects.intake.issues import IssueCode
from projects.paths import check_path

REQUIRED: Final = tuple(name for name, field in BY_NAME.items() if field.required)
"""What a new record must have."""

_WORDS: Final[Mapping[IssueCode, str]] = {
    IssueCode.MISSING_VALUE: "不能为空",
    IssueCode.NOT_IN_LIST: "不在可选范围内",
    IssueCode.INVALID_NUMBER: "不是正确的数字或编号",
    IssueCode.INVALID_DATE: "不是正确的日期（年-月-日）",
    IssueCode.OUT_OF_RANGE: "超出允许的范围",
    IssueCode.TEXT_TOO_LONG: "太长",
    IssueCode.UNKNOWN_COUNTY: "不是县级行政区代码",
    IssueCode.UNKNOWN_HEADING: "不是可以填报的内容",
    IssueCode.COORDINATES_OUTSIDE_COUNTRY: "不是正确的经纬度图形",
    IssueCode.CRS_SUSPECT: "坐标系未知时，定位精度不能高于乡镇",
}

Names = Callable[[JsonValue], JsonValue]
"""Brings a list of unit names to the names of the registry, where it has them."""


def prepared(entry: Entry, kind: Kind) -> Entry:
    """Return an entry with its values in their stored form.

    Raises ``BadValue`` for what is no value of its field, and for changes its operation may not make.
    """
    seen: set[str] = set()
    for change in entry.changes:
        _allowed(entry, kind, change)
        if change.path in seen:
            raise BadValue(f"{_where(entry, change.path)}出现了两次")
        seen.add(change.path)
    changes = tuple(FieldChange(c.path, c.old, _new(entry, c), c.locator) for c in entry.changes)
    if entry.operation is Operation.INSERT:
        missing = [name for name in REQUIRED if all(c.path != name or c.new is None for c in changes)]
        if missing:
            raise BadValue(f"{_name(entry)}缺少必填内容：{'、'.join(title(name) for name in missing)}")
    return replace(entry, changes=changes)


def outstanding(entry: Entry, now: Document) -> Entry:
    """Return the entry without what the record already holds, its old values in their stored form."""
    return replace(
        entry,
        changes=tuple(
            c if c.old == now.get(c.path) else replace(c, old=_old(c))
            for c in entry.changes
            if now.get(c.path) != c.new
        ),
    )


def clashes(entry: Entry, now: Document) -> tuple[FieldChange, ...]:
    """Return the changes whose field was changed meanwhile to something else."""
    return tuple(c for c in entry.changes if conflicting(c, now.get(c.path)))


def conflict(entry: Entry, found: Sequence[FieldChange], now: Document) -> Conflict:
    """Return the error that tells what was, what is and what is asked for."""
    told = "；".join(
        f"{title(c.path)}：原为 {_shown(c.old)}，现为 {_shown(now.get(c.path))}，要改为 {_shown(c.new)}"
        for c in found[:5]
    )
    more = f"等 {len(found)} 项" if len(found) > 5 else ""
    return Conflict(
        f"{_name(entry)}在您读取之后已被他人修改（{told}{more}）。请核对现值后重新提交",
        tuple(c.path for c in found),
    )


def party_names(entries: Iterable[Entry]) -> set[str]:
    """Return the unit names that entries give to parties."""
    return {
        str(name)
        for entry in entries
        for change in entry.changes
        if change.path.startswith("party/") and isinstance(change.new, list)
        for name in change.new
    }


def named(entry: Entry, standard: Mapping[str, str]) -> Entry:
    """Return the entry with unit names as the registry writes them; others stay as typed."""
    changes = tuple(
        replace(c, new=standard_names(c.new, standard)) if c.path.startswith("party/") else c
        for c in entry.changes
    )
    return entry if changes == entry.changes else replace(entry, changes=changes)


def standard_names(value: JsonValue, standard: Mapping[str, str]) -> JsonValue:
    """Return a list of names as the registry writes them, each once."""
    if not isinstance(value, list):
        return value
    names: list[JsonValue] = [standard.get(str(name), str(name)) for name in value]
    return list(dict.fromkeys(names))


def _allowed(entry: Entry, kind: Kind, change: FieldChange) -> None:
    state = change.path in STATE_PATHS
    if entry.operation in (Operation.DELETE, Operation.MERGE) and not state:
        raise BadValue(f"{_where(entry, change.path)}不能随删除或合并一起修改：请另作一条修改")
    if state and entry.operation in (Operation.INSERT, Operation.UPDATE):
        raise BadValue(f"{_where(entry, change.path)}不能直接填写")
    if kind is Kind.CLAIM and (change.path != "county_code" or change.old is not None or not change.new):
        raise BadValue(f"{_where(entry, change.path)}：认领只填写县（市、区），且只用于县未定的项目")
    if restored_from(change.locator) is not None and entry.operation is not Operation.RESTORE:
        raise BadValue(f"{_where(entry, change.path)}：只有恢复操作可以引用历史版本")


def _new(entry: Entry, change: FieldChange) -> JsonValue:
    value, wrong = check_path(change.path, change.new)
    if wrong is not None:
        part = f"（{wrong.part}）" if wrong.part else ""
        words = _WORDS.get(wrong.code, wrong.code.value)
        raise BadValue(f"{_where(entry, change.path)}{part}的值 {_shown(change.new)} {words}")
    return value


def _old(change: FieldChange) -> JsonValue:
    """Return what a change started from in its stored form; what is none stays as it was given."""
    value, wrong = check_path(change.path, change.old)
    return value if wrong is None else change.old


def _name(entry: Entry) -> str:
    return f"项目“{entry.label or entry.project_id or '（新）'}”"


def _where(entry: Entry, path: str) -> str:
    return f"{_name(entry)}的“{title(path)}”"


def _shown(value: JsonValue) -> str:
    """Return a value for a sentence, short.

    >>> _shown(None), _shown(["甲", "乙"]), _shown({"amount": "10"})
    ('未知', '甲、乙', 'amount 10')
    """
    if value is None:
        return "未知"
    if isinstance(value, list):
        text = "、".join(str(part) for part in value)
    elif isinstance(value, dict):
        text = "，".join(
            f"{key} {held}" for key, held in value.items() if held is not None and key != "geometry"
        )
    else:
        text = {True: "是", False: "否"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
