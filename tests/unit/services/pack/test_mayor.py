"""The mayor's page: one A4 whatever happens, figures that add up, unknown said, each with its source."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from projects.codes import FinanceSource, FinanceStatus
from projects.errors import BadValue
from projects.money.lines import Line
from projects.summary import Summary
from services.pack.mayor.blocks import Block, Table
from services.pack.mayor.facts import Facts
from services.pack.mayor.mayor import mayor_pdf
from services.pack.template import Template, load
from tests.fake_ledger import Kept as Money
from tests.fake_schedule import Kept as Steps
from tests.unit.data.exports_fake import HOSTILE, record, sample
from tests.unit.services.pack.paper_world import World, late, texts

CATEGORIES = ("hospital", "tcm", "sports", "elderly_care", "other", "insurance")
LINES = [Line(FinanceSource.SPECIAL_BOND, FinanceStatus.APPROVED, Decimal(12000))]


def page(world: World, folder: Path, **request: Any) -> tuple[str, Any]:
    """Return the text of the one page and what it says of itself."""
    held = mayor_pdf(world.bench(**request), folder / "mayor.pdf")
    pages = texts(folder / "mayor.pdf")
    assert len(pages) == 1
    return pages[0], held


def block(world: World, key: str, rows: int = 5, **request: Any) -> Block:
    """Return one section."""
    return next(one for one in Facts(world.bench(**request)).blocks(rows) if one.key == key)


def figures(one: Block) -> dict[str, str]:
    """Return the large figures by what they count."""
    return {tile.title: tile.figure for tile in one.tiles}


def counted(table: Table) -> int:
    """Return the sum of a list and of what it leaves out."""
    left = table.more.split("共 ")[-1].split(" ")[0] if table.more else "0"
    return sum(int(row.cells[-1].replace(",", "")) for row in table.rows) + int(left.replace(",", ""))


def test_it_is_one_sheet_of_a4(tmp_path: Path) -> None:
    text, held = page(World(), tmp_path)
    box = PdfReader(tmp_path / "mayor.pdf").pages[0].mediabox
    assert (round(box.width), round(box.height)) == (595, 842)
    assert held.records == len(sample()) and held.detail["pages"] == 1
    for title in ("有什么", "什么逾期", "资金情况", "谁没有报"):
        assert title in text
    assert text.count("来源：") == 4, "each figure with where it comes from"
    assert "参照日2026-11-22" in text and "内部使用" in text


def test_what_there_is_divides_without_a_remainder() -> None:
    have = block(World(), "have")
    found = [int(figure) for figure in figures(have).values()]
    assert found[0] == sum(found[1:]) == len(sample())
    assert [counted(table) for table in have.tables] == [len(sample())] * 2
    assert any("地点未知" in row.cells[0] for row in have.tables[1].rows)
    assert "韶府〔2016〕9号" in have.source


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from(CATEGORIES), st.integers(0, 30), st.booleans()), max_size=60),
    st.integers(1, 6),
)
def test_cut_lists_always_add_up(held: list[tuple[str, int, bool]], rows: int) -> None:
    records = [
        record(
            n, category=category, county_code=f"44{place:04}" if known else None, precision=4 if known else 0
        )
        for n, (category, place, known) in enumerate(held)
    ]
    have = block(World(records), "have", rows)
    assert [counted(table) for table in have.tables] == [len(records)] * 2
    assert all(len(table.rows) <= rows * 3 for table in have.tables)


def test_what_is_late_comes_with_days_units_and_the_rule() -> None:
    steps = [late(1, 400, name="最久"), late(2, 10, unit="440281"), Steps("SG-0003")]
    one = block(World(steps=steps), "late")
    assert figures(one)["个项目逾期"] == "2"
    assert (figures(one)["● 红"], figures(one)["▲ 黄"], figures(one)["○ 灰"]) == ("1", "1", "1")
    assert one.tables[0].rows[0].cells == ("最久", "开工", "400")
    assert {row.cells for row in one.tables[1].rows} == {("乳源瑶族自治县", "1"), ("乐昌市", "1")}
    assert "红灯：" in one.source and one.texts == ()


def test_nothing_reported_is_unknown_and_not_on_time() -> None:
    one = block(World(steps=[Steps("SG-0001"), Steps("SG-0002")]), "late")
    assert one.texts == ("没有一个项目报过步骤日期：2 个是未知，不是按期。",)
    assert [table.rows for table in one.tables] == [(), ()]


def test_lists_say_how_many_more_there_are() -> None:
    one = block(World(steps=[late(n, n + 1) for n in range(1, 9)]), "late", 3)
    assert len(one.tables[0].rows) == 3 and one.tables[0].more == "另有 5 步"


def test_money_that_nobody_reported_is_a_dash_and_never_zero() -> None:
    one = block(World(money=[Money("SG-0001", "甲"), Money("SG-0002", "乙")]), "money")
    assert [tile.figure for tile in one.tiles] == ["—", "—", "—", "2"]
    assert one.tables[0].rows == ()
    assert [row.cells for row in one.tables[1].rows] == [("未报", "2")]


def test_the_gap_is_told_with_how_many_it_is_of() -> None:
    kept = [
        Money("SG-0001", "甲", Decimal(30000), LINES),
        Money("SG-0002", "乙", Decimal(500)),
        Money("SG-0003", "丙"),
    ]
    one = block(World(money=kept), "money")
    assert [tile.figure for tile in one.tiles] == ["30,500", "12,000", "18,500", "2"]
    assert one.tiles[0].note == "2 个已知，1 个未知"
    assert one.tiles[2].note == "2 个有缺口，其中 1 个没报资金明细"
    assert one.tables[0].rows[0].cells == ("甲", "440232", "18,000")
    assert one.tables[0].more == ""


def test_who_is_silent_is_named_with_how_many_of_how_many() -> None:
    one = block(World(steps=[late(1), Steps("SG-0002"), Steps("SG-0003", unit="440281")]), "silent")
    assert figures(one)["个项目没报过日期"] == "2"
    assert {row.cells for row in one.tables[0].rows} == {("乳源瑶族自治县", "1 / 2"), ("乐昌市", "1 / 1")}


def test_a_unit_without_a_name_is_no_blank() -> None:
    one = block(World(steps=[Steps("SG-0002", unit="")]), "silent")
    assert one.tables[0].rows[0].cells[0] == "没有归属单位"


def test_modelled_records_are_counted_apart() -> None:
    assert block(World(money=[Money("SG-0001", "甲", basis="modelled")]), "have").texts == (
        "其中 1 个是模拟测算：由模型提出，不是已定的项目。",
    )
    assert block(World(money=[Money("SG-0001", "甲")]), "have").texts == ()


def crowd() -> World:
    """Return as many long hostile names as the page can be asked to hold."""
    names = [*HOSTILE, "名" * 200, "🏥\u202e反"]
    records: list[Summary] = [
        record(
            n, name=names[n % len(names)], county_code=f"44{n:04}", category=CATEGORIES[n % 6], precision=4
        )
        for n in range(200)
    ]
    steps = [late(n, n + 5, name=names[n % len(names)]) for n in range(60)]
    money = [
        Money(f"SG-{n:04}", names[n % len(names)], Decimal(10**13 + n), unit="单" * 80) for n in range(60)
    ]
    return World(records, steps=steps, money=money)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("most", [1, 5, 200])
def test_a_crowd_still_fits_one_page(tmp_path: Path, language: str, most: int) -> None:
    world = crowd()
    world.template = Template(own={"limits": {"mayor_rows": most}})
    text, held = page(world, tmp_path, language=language, credit="署" * 200, title="题" * 120, practice=True)
    assert held.records == 200
    assert ("全部虚构" in text) == (language == "zh") and ("invented" in text) == (language == "en")


def test_nothing_chosen_is_a_page_of_noughts_and_dashes(tmp_path: Path) -> None:
    text, held = page(World([]), tmp_path)
    assert held.records == 0
    assert "0个项目" in text and "—总投资" in text


def test_the_office_orders_the_sections(tmp_path: Path) -> None:
    world = World(template=Template(own={"sections": {"mayor": ["silent", "have"]}}))
    text, _ = page(world, tmp_path)
    assert text.index("谁没有报") < text.index("有什么")
    assert "什么逾期" not in text


def test_a_layout_that_does_not_fit_is_told(tmp_path: Path) -> None:
    (tmp_path / "mayor.html").write_text("<p>1<p style='break-before: page'>2", encoding="utf-8")
    with pytest.raises(BadValue, match=r"mayor\.html"):
        mayor_pdf(World(template=load(tmp_path)).bench(), tmp_path / "mayor.pdf")
    assert not (tmp_path / "mayor.pdf").exists()
