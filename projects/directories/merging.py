"""What rows of a file would do to a draft: each adds a line, changes one, says the same, or is refused."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from projects.directories.comparing import alike
from projects.directories.flags import flags
from projects.directories.model import CellFault, Definition, Entry, Place, Preview
from projects.fields import JsonValue
from projects.names import normalised


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file as read; a cell that it leaves blank is absent and changes nothing."""

    number: int
    key: int | None
    cells: Mapping[str, JsonValue]
    cleared: frozenset[str] = frozenset()
    place: Place | None = None
    faults: tuple[CellFault, ...] = ()
    remarks: tuple[CellFault, ...] = ()


@dataclass(slots=True)
class _Merged:
    fresh: list[Entry] = field(default_factory=list)
    changed: list[tuple[Entry, Entry]] = field(default_factory=list)
    same: int = 0
    refused: list[int] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)
    named: set[int] = field(default_factory=set)


def merge(
    definition: Definition, held: Sequence[Entry], rows: Sequence[Row], ignored: Iterable[str] = ()
) -> Preview:
    """Return what rows would do to the lines of a draft, every row in exactly one count.

    A row is of the line whose number it bears; without a number, of the only line of that title. The number
    that a fresh line would get is given when it is stored; here it is 0.
    """
    merged, find = _Merged(), _finder(definition, held, rows)
    for row in rows:
        _merge_row(definition, merged, row, find)
    return Preview(
        rows=len(rows),
        fresh=tuple(merged.fresh),
        changed=tuple(merged.changed),
        same=merged.same,
        refused=tuple(merged.refused),
        faults=tuple(merged.faults),
        left_out=tuple(entry for entry in held if entry.key not in merged.named),
        remarks=tuple(remark for row in rows for remark in row.remarks),
        ignored=tuple(ignored),
    )


def put_over(definition: Definition, entry: Entry, row: Row) -> Entry:
    """Return a line with what a row says of it; what the row leaves blank stays."""
    cells = {name: value for name, value in entry.cells.items() if name not in row.cleared} | dict(row.cells)
    place = Place() if "place" in row.cleared else entry.place
    if row.place is not None:
        only_county = not row.place.coordinates_entered
        place = replace(place, county_code=row.place.county_code) if only_county else row.place
    return replace(entry, cells=cells, place=place, flags=flags(definition, cells))


def _merge_row(
    definition: Definition,
    merged: _Merged,
    row: Row,
    find: Callable[[Row], tuple[Entry | None, CellFault | None]],
) -> None:
    entry, fault = find(row)
    if entry is not None:
        merged.named.add(entry.key)
    after = put_over(definition, entry or Entry(0, 0, {}), row)
    faults = [
        *row.faults,
        *([fault] if fault else []),
        *_missing(definition, row, after),
        *_moved(entry, row),
    ]
    if faults:
        merged.refused.append(row.number)
        merged.faults += faults
    elif entry is None:
        merged.fresh.append(after)
    elif alike(entry, after):
        merged.same += 1
    else:
        merged.changed.append((entry, after))


def _missing(definition: Definition, row: Row, after: Entry) -> list[CellFault]:
    """Return a fault for each required cell that stays empty, unless the cell has one already."""
    told = {fault.column for fault in row.faults}
    return [
        CellFault(row.number, column.name, "", f"“{column.zh}”必须填写", f"{column.en!r} has to be filled in")
        for column in definition.columns
        if column.required and after.cells.get(column.name) is None and column.name not in told
    ]


def _moved(entry: Entry | None, row: Row) -> list[CellFault]:
    """Return a fault when a row puts a line into another county and leaves its coordinates unsaid."""
    if entry is None or row.place is None or row.place.coordinates_entered or "place" in row.cleared:
        return []
    if not entry.place.coordinates_entered or row.place.county_code == entry.place.county_code:
        return []
    return [CellFault(row.number, "county", row.place.county_code, *_MOVED)]


def _finder(
    definition: Definition, held: Sequence[Entry], rows: Sequence[Row]
) -> Callable[[Row], tuple[Entry | None, CellFault | None]]:
    """Return what finds the line that a row is of, and the fault when that is not certain."""
    title = definition.title_column
    by_key = {entry.key: entry for entry in held}
    by_title: dict[str, list[Entry]] = defaultdict(list)
    for entry in held:
        by_title[normalised(str(entry.cells.get(title) or ""))].append(entry)
    keys = Counter(row.key for row in rows if row.key is not None)
    titles = Counter(normalised(str(row.cells.get(title) or "")) for row in rows if row.key is None)

    def find(row: Row) -> tuple[Entry | None, CellFault | None]:
        name = str(row.cells.get(title) or "")
        if row.key is not None:
            if keys[row.key] > 1:
                return by_key.get(row.key), CellFault(row.number, "key", str(row.key), *_TWICE)
            fault = None if row.key in by_key else CellFault(row.number, "key", str(row.key), *_NO_LINE)
            return by_key.get(row.key), fault
        found = (
            [entry for entry in by_title.get(normalised(name), []) if entry.key not in keys] if name else []
        )
        if len(found) > 1 or (found and titles[normalised(name)] > 1):
            return None, CellFault(row.number, title, name[:200], *_AMBIGUOUS)
        return (found[0] if found else None), None

    return find


_MOVED = (
    "这一行已有坐标：改县（市、区）时请同时填写经度、纬度和坐标系",
    "this line has coordinates: write longitude, latitude and datum too when its county changes",
)
_TWICE = (
    "文件里有几行写着同一个编号：每个编号只能出现一次",
    "several rows bear this number: each may stand once",
)
_NO_LINE = (
    "这份草稿里没有这个编号：新的一行请把编号留空",
    "no line of this draft has this number: leave it empty for a new line",
)
_AMBIGUOUS = (
    "同名的不止一行，不知道指哪一行：请用本名录导出的表（带编号）填写",
    "several lines have this name: use the workbook exported here, which bears numbers",
)
