"""The leaders' board: figures that add up, unknown said apart, each with its source and its page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from projects.filters import ProjectFilter
from services.leaders.board import Board, Rows, board
from services.leaders.figures import Told, chosen_of, told
from services.leaders.money import money
from services.pack.mayor.blocks import Block, Row
from tests import fake_ledger, fake_schedule
from tests.fake_matters import FakeMatters, matter
from tests.unit.services.leaders import world
from tests.unit.services.pack.paper_world import TODAY, World

ROWS = Rows(5, 5, 9)


def made(rows: Rows = ROWS, seen: Told | None = None, language: str = "zh", **values: Any) -> Board:
    """Return the board of the small world."""
    bench = World().bench(chosen=chosen_of(world.AREA), language=language)
    return board(bench, world.figures(**values), world.told() if seen is None else seen, world.SINCE, rows)


def block(found: Board, key: str) -> Block:
    """Return one list."""
    return next(one for one in found.blocks if one.key == key)


def cells(one: Block) -> list[tuple[str, ...]]:
    """Return the rows of a list."""
    return [row.cells for row in one.tables[0].rows]


def figures(found: Board) -> dict[str, tuple[str, str]]:
    """Return the large figures by what they count."""
    return {tile.title: (tile.figure, tile.note) for tile in found.tiles}


def test_the_large_figures_say_what_is_unknown() -> None:
    seen = figures(made())
    assert seen["个项目"][0] == "4"
    assert seen["总投资（已知的）"] == ("3.50 亿", "2 个已知，2 个未知")
    assert seen["资金到位"] == ("1.20 亿", "1 个报过，3 个未报")
    assert seen["个项目逾期"] == ("2", "2 步；红灯 1 个")
    assert seen["个没报过日期"] == ("2", "是未知，不是按期")
    assert seen["件事项超 30 天未办结"] == ("13", "未办结 39 件，逾期 6 件")
    assert seen["个项目有更新"] == ("7", "11-15 起；新增 2，撤并 1")


def test_money_that_nobody_reported_is_no_zero() -> None:
    seen = figures(made(kept=(fake_ledger.Kept("SG-0001", "甲"),)))
    assert seen["总投资（已知的）"] == ("—", "0 个已知，1 个未知")
    assert seen["资金到位"] == ("—", "0 个报过，1 个未报")


def test_whoever_has_not_signed_in_is_told_so_and_not_zero() -> None:
    found = made(seen=Told())
    assert figures(found)["件事项超 30 天未办结"] == ("—", "登录后可见")
    assert figures(found)["个项目有更新"] == ("—", "登录后可见")
    assert block(found, "matters").texts == ("事项登录后可见。",) and not block(found, "matters").tables
    assert block(found, "changes").texts == ("修改情况登录后可见。",)


def test_categories_add_up_and_the_rest_is_summed() -> None:
    assert cells(block(made(), "categories")) == [
        ("医疗服务机构", "2", "3.00", "1"),
        ("体育健身", "1", "—", "1"),
        ("中医药", "1", "0.50", "0"),
    ]
    short = cells(block(made(Rows(5, 5, 2)), "categories"))
    assert short == [("医疗服务机构", "2", "3.00", "1"), ("其余 2 类", "2", "0.50", "1")]


def test_units_come_latest_first_and_what_is_left_out_is_counted() -> None:
    units = block(made(), "units")
    assert cells(units) == [
        ("乐昌市", "1", "10", "1", "2"),
        ("乳源瑶族自治县", "1", "40", "0", "1"),
        ("没有归属单位", "—", "—", "1", "1"),
    ]
    short = block(made(Rows(1, 1, 9)), "units").tables[0]
    assert len(short.rows) == 1 and short.more == "另有 2 个单位"


def test_nothing_late_is_said_in_words() -> None:
    assert block(made(steps=()), "units").texts == ("没有逾期，也没有未报的单位。",)


def test_targets_are_counted_by_status_and_an_area_without_any_says_so() -> None:
    found = block(made(), "targets")
    assert found.texts == ("1 项承诺：达成 0，未达成 0，无法计算 1，不可计量 0。",)
    assert cells(found) == [("数", "2020 已过", "无法计算")]
    assert block(made(promises=()), "targets").texts == ("五份文件里没有本地区的数字承诺。",)


def test_matters_by_unit_most_first() -> None:
    assert cells(block(made(), "matters")) == [("乳源瑶族自治县", "9", "1"), ("市卫生健康局", "4", "3")]
    none = block(made(seen=Told(world.counted(3), (), world.changes())), "matters")
    assert none.texts == ("没有超期未办结的事项。",)


def test_changes_say_what_moved_and_how_many_more() -> None:
    found = block(made(), "changes")
    assert "新增 2 个，更新 7 个（31 处），撤并 1 个；5 个换了阶段" in found.texts[0]
    assert "到位 +1,200.5、支付 +0 万元" in found.texts[0]
    assert found.tables[0].rows[0].cells[1] == "前期 → 新开工" and found.tables[0].more == "另有 4 个项目"


def test_the_map_accounts_for_every_record() -> None:
    assert "另有 1 个只知道更大范围、功能区，或地点未知" in made().map.source
    assert "另有" not in made(counts={"440232": 3, "440281": 1}).map.source


def test_every_list_names_its_source_and_every_figure_its_page() -> None:
    found = made()
    assert all(one.source.startswith("来源：") for one in found.blocks)
    assert all(tile.way for tile in found.tiles[:6])
    ways = [row.way for one in found.blocks for row in one.tables[0].rows if row.way]
    assert {way.page for way in ways} == {"funding", "dispatch", "targets", "matters", "map"}
    assert all(way.params.get("prefecture") == "440200" for way in ways if way.page != "targets")


def test_a_week_without_any_change_is_said_in_words() -> None:
    still = world.changes(
        fresh=0, updated=0, fields=0, gone=0, moved_count=0, moved=(),
        received=dict.fromkeys(world.changes().received, "0"),
    )  # fmt: skip
    found = block(made(seen=Told(world.counted(3), (), still)), "changes")
    assert found.texts == ("这期间没有改动。",)


def test_a_row_of_a_unit_leads_to_that_unit() -> None:
    rows: tuple[Row, ...] = block(made(), "units").tables[0].rows
    assert rows[0].way is not None and rows[0].way.params["owner"] == "440281"
    assert rows[2].way is None, "nobody's records have no unit to filter by"


def test_modelled_records_are_said() -> None:
    assert made().notes == ("其中 1 个是模拟测算，不是已定的项目。",)


def test_english_says_the_same() -> None:
    seen = figures(made(language="en"))
    assert seen["total, where known"] == ("¥0.35 bn", "2 known, 2 not")
    assert seen["matters > 30 days"][0] == "13"


@pytest.mark.parametrize(
    ("amount", "said"),
    [("9999.99", "9,999.99 万"), ("10000", "1.00 亿"), ("-20000", "-2.00 亿"), ("0", "0 万")],
)
def test_sums_are_told_in_the_unit_that_fits(amount: str, said: str) -> None:
    assert money(World().bench(), Decimal(amount)) == said


def test_matters_are_asked_for_the_area_and_the_long_ones_by_unit() -> None:
    store, chosen = FakeMatters.of(matter(1)), ProjectFilter(prefecture=("440200",))
    seen = told(store, world.changes, chosen, TODAY)
    assert [(one.chosen, one.open_days) for one in store.asks] == [(chosen, 0), (chosen, 30)]
    assert seen.matters is not None and seen.changes == world.changes()


def test_a_session_that_has_ended_is_told_nothing() -> None:
    from projects.errors import SignInNeeded

    def ended() -> Any:
        raise SignInNeeded("x")

    assert told(FakeMatters(), ended, ProjectFilter(), TODAY) == Told()
    assert told(None, None, ProjectFilter(), TODAY) == Told()


def test_where_nobody_reported_a_date_nothing_is_called_0_overdue() -> None:
    silent = made(
        steps=(fake_schedule.Kept("SG-0001", unit="440281"), fake_schedule.Kept("SG-0002", unit="440281"))
    )
    tile = next(one for one in silent.tiles if one.title == "个项目逾期")
    assert (tile.figure, tile.note, tile.hot) == ("—", "没有人报过日期", False)
    assert [row[1] for row in cells(block(silent, "units"))] == ["—"]
    some = next(one for one in made().tiles if one.title == "个项目逾期")
    assert some.figure == "2"


def test_the_map_is_also_a_list_of_its_areas() -> None:
    found = made(listed=(("乳源瑶族自治县", 1_200), ("乐昌市", 1)))
    assert cells(found.map) == [("乳源瑶族自治县", "1,200"), ("乐昌市", "1")]
    assert found.map.tables[0].headings == ("地区", "项目")
