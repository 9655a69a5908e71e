"""Rows of a file against a draft: every row in one count; what changed between two editions."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from projects.directories.comparing import difference
from projects.directories.flags import flags, verdict
from projects.directories.merging import Row, merge, put_over
from projects.directories.model import (
    CellFault,
    Column,
    ColumnType,
    Computed,
    Condition,
    Definition,
    Entry,
    Place,
    Verdict,
)
from projects.directories.model import Test as Held

LIST = Definition(
    "x",
    "名录",
    "List",
    (
        Column("name", ColumnType.TEXT, "名称", "Name", required=True),
        Column("area", ColumnType.AREA_M2, "面积", "Area"),
    ),
    computed=(
        Computed("large", "大", "Large", (Condition("area", Held.AT_LEAST, Decimal(2000)),), "某文件"),
    ),
    mapped=True,
    title_column="name",
)
HELD = (
    Entry(1, 1, {"name": "甲", "area": "2000"}, Place(113.0, 24.0, 1, "wgs84", "113.0, 24.0", "440232")),
    Entry(2, 2, {"name": "乙"}),
)


def row(number: int, key: int | None = None, **cells: str) -> Row:
    return Row(number, key, dict(cells))


def test_rows_find_their_lines_by_number_and_by_title() -> None:
    said = merge(LIST, HELD, [row(2, 1, name="甲园"), row(3, name=" 乙 "), row(4, name="丙", area="5")])
    ((before, after),) = said.changed[:1]
    assert (before.key, after.cells["name"], after.cells["area"]) == (1, "甲园", "2000")
    assert after.place == before.place and after.flags == {"large": Verdict.YES}
    assert [entry.cells["name"] for entry in said.fresh] == ["丙"] and said.fresh[0].key == 0
    assert said.left_out == () and said.refused == ()


def test_a_row_with_a_fault_is_refused_whole_and_its_line_is_not_left_out() -> None:
    bad = Row(2, 1, {"name": "甲"}, faults=(CellFault(2, "area", "大", "不是数字", "no number"),))
    said = merge(LIST, HELD, [bad, row(3, area="7"), row(4, 99, name="丁")])
    assert said.refused == (2, 3, 4) and [f.column for f in said.faults] == ["area", "name", "key"]
    assert [entry.key for entry in said.left_out] == [2]


def test_an_emptied_cell_may_not_be_a_required_one() -> None:
    said = merge(LIST, HELD, [Row(2, 1, {}, frozenset({"name"})), Row(3, 1, {}, frozenset({"area"}))])
    assert said.refused == (2, 3), "one number, two rows"
    (changed,) = merge(LIST, HELD, [Row(3, 1, {}, frozenset({"area", "place"}))]).changed
    assert dict(changed[1].cells) == {"name": "甲"} and changed[1].place == Place()
    assert merge(LIST, HELD, [Row(2, 1, {}, frozenset({"name"}))]).refused == (2,)


def test_another_county_wants_coordinates_too() -> None:
    elsewhere = Row(2, 1, {}, place=Place(county_code="440281"))
    assert merge(LIST, HELD, [elsewhere]).faults[0].column == "county"
    (changed,) = merge(LIST, HELD, [Row(2, 2, {}, place=Place(county_code="440281"))]).changed
    assert changed[1].place.county_code == "440281"


NAMES = st.sampled_from(["甲", "乙", "丙", "甲 ", ""])
ROWS = st.lists(
    st.builds(
        Row,
        number=st.integers(2, 99),
        key=st.none() | st.integers(1, 4),
        cells=st.fixed_dictionaries(
            {}, optional={"name": NAMES.filter(bool), "area": st.sampled_from(["1", "2000"])}
        ),
        cleared=st.frozensets(st.sampled_from(["name", "area"])),
    ),
    max_size=6,
)


@given(ROWS, st.lists(NAMES.filter(bool), max_size=4))
def test_every_row_is_in_exactly_one_count_and_no_line_is_changed_twice(
    rows: list[Row], names: list[str]
) -> None:
    held = [Entry(key, key, {"name": name}) for key, name in enumerate(names, start=1)]
    said = merge(LIST, held, rows)
    assert said.rows == len(rows) == len(said.fresh) + len(said.changed) + said.same + len(said.refused)
    changed = [before.key for before, _ in said.changed]
    assert len(set(changed)) == len(changed)
    assert {entry.key for entry in said.left_out}.isdisjoint(changed)
    assert all(after.cells.get("name") for _, after in said.changed), "no required cell is emptied"


@given(ROWS)
def test_what_was_taken_once_says_the_same_a_second_time(rows: list[Row]) -> None:
    for one in rows:
        after = put_over(LIST, HELD[0], one)
        assert put_over(LIST, after, one) == after


def test_a_flag_is_unknown_rather_than_guessed() -> None:
    rule = Computed(
        "x",
        "",
        "",
        (Condition("area", Held.AT_LEAST, Decimal(2000)), Condition("kind", Held.ONE_OF, ("楼宇", "厂房"))),
        "",
    )
    assert verdict(rule, {"area": "1999.999999", "kind": None}) is Verdict.NO, "one condition fails for sure"
    assert verdict(rule, {"area": "2000", "kind": ""}) is Verdict.UNKNOWN
    assert verdict(rule, {"area": "2000.0", "kind": "厂房"}) is Verdict.YES
    assert verdict(rule, {"area": "很大", "kind": "厂房"}) is Verdict.UNKNOWN
    assert verdict(rule, {"area": True, "kind": "厂房"}) is Verdict.UNKNOWN
    assert flags(LIST, {}) == {"large": Verdict.UNKNOWN}


def test_a_difference_goes_by_the_number_of_a_line() -> None:
    newer = (
        Entry(3, 1, {"name": "乙"}),
        Entry(1, 2, {"name": "甲", "area": "2000"}, Place(113.1, 24.0, 1, "wgs84", "113.1, 24.0", "440232")),
    )
    said = difference(HELD, newer)
    assert [e.key for e in said.entered] == [3] and [e.key for e in said.left] == [2]
    assert [(a.key, b.place.lon) for a, b in said.changed] == [(1, 113.1)] and said.same == 0
    assert difference(HELD, tuple(reversed(HELD))).same == 2, "order is no change"
