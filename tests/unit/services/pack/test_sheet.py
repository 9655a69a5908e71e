"""The sheet of one project: what is known with its basis, what is unknown in words, nothing that steers."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.codes import FinanceSource, FinanceStatus
from projects.money.lines import Line
from projects.promotion.opportunities import Contact
from projects.summary import Summary
from services.pack.bench import Bench
from services.pack.book.sheet import FACTS, OFFER, Known, Section, Sheet, sheet
from services.pack.template import Template
from services.pack.words import cut, legend, number
from tests import fake_ledger
from tests.unit.data.exports_fake import HOSTILE, point, record
from tests.unit.services.pack.paper_world import FULL, LINK, SLOTS, World, provenance

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


def made(
    summary: Summary = FULL, known: Known | None = None, bench: Bench | None = None, **parts: object
) -> Sheet:
    """Return the sheet of a record."""
    bench = bench or World([summary], dict(parts)).bench()
    return sheet(bench, bench.library.record(summary.id), known or Known(), 1)


def section(one: Sheet, key: str) -> Section:
    """Return one section of a sheet."""
    return next(part for part in one.sections if part.key == key)


def value(part: Section, title: str) -> str:
    """Return a value by its title."""
    return next(fact.value for fact in part.facts if title in fact.title)


def test_everything_unknown_is_written_and_never_zero() -> None:
    one = made(record(1))
    facts = [fact for part in one.sections for fact in part.facts if not fact.known]
    assert len(facts) >= len(FACTS) + len(OFFER)
    assert {fact.value for fact in facts} <= {"未知", "未定位"}
    assert not any(fact.mark for fact in facts), "what nobody knows has no basis"
    whole = " ".join(text for part in one.sections for text in part.texts)
    assert "尚无人填报：举办性质、审批类型、项目代码" in whole
    assert "未知，不是零" in whole and "合作条件：未知" in whole
    assert one.where == "地点未知"


def test_what_is_known_is_printed_with_its_basis() -> None:
    one = made(provenance=provenance(capital_sought="reported", stage="documented", beds="reported"))
    offer, facts = section(one, "offer"), section(one, "facts")
    assert value(offer, "拟引资额") == "12,000.5"
    assert next(f.mark for f in offer.facts if "拟引资额" in f.title) == "报"
    assert next(f.mark for f in facts.facts if f.title == "阶段") == "文"
    assert value(facts, "床位") == "500" and value(facts, "类型") == "项目点"
    assert offer.texts == ("寻求战略合作",)
    assert "文件载明" in legend(World().bench()) and "演示" not in legend(World().bench())


def test_money_is_known_or_said_to_be_unknown() -> None:
    lines = [Line(FinanceSource.SPECIAL_BOND, FinanceStatus.APPROVED, Decimal(12000))]
    kept = [
        fake_ledger.Kept(FULL.id, FULL.name, Decimal(30000), lines),
        fake_ledger.Kept("SG-0001", "", None, lines),
    ]
    bench = World([FULL], money=kept).bench()
    known, unknown = (Known(one) for one in bench.ledger.every_project(bench.request.chosen))
    money = section(made(known=known, bench=bench), "money")
    assert [value(money, t) for t in ("总投资", "已批复", "到位和支付", "缺口")] == [
        "30,000",
        "12,000",
        "0",
        "18,000",
    ]
    assert money.texts == ()
    gap = next(f for f in section(made(record(1), unknown), "money").facts if "缺口" in f.title)
    assert (gap.value, gap.known, gap.mark) == ("未知", False, "")


def test_a_contact_is_printed_only_where_the_library_tells_it() -> None:
    assert "contact" not in {part.key for part in made().sections}
    told = made(known=Known(contact=Contact("李梅", "0751-5551234")))
    assert value(section(told, "contact"), "联系人") == "李梅 0751-5551234"
    nobody = section(made(known=Known(contact=Contact())), "contact").facts[0]
    assert (nobody.value, nobody.known) == ("未知", False)


@pytest.mark.parametrize(
    ("summary", "precision", "note"),
    [
        (point(1, 113.5, 24.5), "地址或村（1公里内）", ""),
        (point(2, 113.5, 24.5)._replace(precision=3), "乡镇（街道）", "乡镇驻地，不是项目地址"),
        (record(3, precision=4, county_code="440232"), "县（市、区）", "没有可信坐标"),
        (record(4), "未定位", "没有可信坐标"),
    ],
)
def test_how_well_the_place_is_known_is_said(summary: Summary, precision: str, note: str) -> None:
    place = section(made(summary), "place")
    assert value(place, "定位精度") == precision
    assert note in " ".join(place.texts)
    assert bool(note) == bool(place.texts)


def test_a_county_line_nearby_is_told() -> None:
    assert any("县界" in text for text in section(made(), "place").texts)


def test_sources_name_document_year_and_words_and_count_the_rest() -> None:
    sources = section(made(links=(LINK,) * 9), "sources")
    assert "《韶关市促进健康服务业发展实施方案》" in sources.texts[0]
    assert all(part in sources.texts[0] for part in ("韶府〔2016〕9号", "2016", "“乳源县人民医院”"))
    assert sources.texts[4] == "另有 5 处文件提到本项目。"
    assert sources.texts[5] == "单位填报的字段：床位。"
    assert "没有文件点名" in section(made(links=()), "sources").texts[0]


def test_slots_are_told_and_are_no_projects() -> None:
    assert any("计划名额 10 个：未分配 5" in text for text in section(made(slots=SLOTS), "facts").texts)


def test_units_stand_with_their_roles() -> None:
    parties = section(made(), "parties")
    assert [fact.title for fact in parties.facts] == ["牵头（责任）单位", "参与（配合）单位", "项目单位"]
    assert "无人填报" in section(made(parties=()), "parties").texts[0]


@pytest.mark.parametrize("changes", [{"practice": True}, {}])
def test_what_is_invented_or_modelled_is_seen_at_once(changes: dict[str, bool]) -> None:
    one = made(
        FULL._replace(basis="modelled"), bench=World([FULL._replace(basis="modelled")]).bench(**changes)
    )
    assert any("不是已定的项目" in flag for flag in one.flags)
    assert any("虚构" in flag for flag in one.flags) == bool(changes)
    assert made().flags == ()
    assert made(FULL._replace(basis="demo")).flags


@pytest.mark.parametrize("name", [*HOSTILE, f"甲{BIDI}乙", "🏥 医院/诊所\\分院", "长" * 900])
def test_hostile_names_neither_vanish_nor_steer(name: str) -> None:
    one = made(FULL._replace(name=name, cooperation=name, note=name, address=name))
    every = [
        one.name,
        *(f.value for p in one.sections for f in p.facts),
        *(t for p in one.sections for t in p.texts),
    ]
    assert one.name.strip()
    assert not set("".join(every)) & {*BIDI, "\n", "\u2028", "\x07", "\t"}
    assert len(one.name) <= 201 and max(map(len, every)) <= 600


def test_the_office_orders_the_sections_and_words_them() -> None:
    template = Template(own={"sections": {"sheet": ["sources", "money"]}, "zh": {"money": "钱"}})
    one = made(bench=replace(World([FULL]).bench(), template=template))
    assert [(part.key, part.title) for part in one.sections] == [("sources", "来源与依据"), ("money", "钱")]


def test_english_is_english_but_for_names() -> None:
    one = made(
        record(1, name="Name"),
        bench=World([record(1, name="Name")], {"links": (), "parties": ()}).bench(language="en"),
    )
    assert value(section(one, "facts"), "Stage") == "unknown"
    assert section(one, "money").title == "Money"
    assert one.where == "place unknown"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**14), max_value=10**14))
def test_numbers_come_back(held: Decimal) -> None:
    assert Decimal(number(held).replace(",", "")) == held


@given(st.text(max_size=300), st.integers(1, 80))
def test_cut_text_is_one_line_and_short(text: str, longest: int) -> None:
    found = cut(text, longest)
    assert len(found) <= longest + 1
    assert not set(found) & {*BIDI, "\n", "\r", "\u2028", "\x00"}
