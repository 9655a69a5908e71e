"""OC4IDS packages: valid by the official schema, honest about what has no place, whole."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.exports import formats
from data.exports.oc4ids import package_uri
from data.exports.oc4ids_money import amount
from data.exports.request import ExportRequest
from data.importers.office.oc4ids_cells import wan_of
from projects.codes import Stage
from projects.filters import ProjectFilter
from projects.publishing import Published
from projects.summary import COLUMNS
from tests.paths import ROOT
from tests.unit.data.exports_fake import FakeLibrary, record, request
from tests.unit.data.published_world import PublishedLibrary, hostile, place, whole
from tests.unit.data.schemas import oc4ids_errors


def package(*found: Published, **options: Any) -> Any:
    library = PublishedLibrary(found)
    return json.loads(b"".join(formats.stream("oc4ids", library, request(**options))))


def project(**changes: Any) -> Any:
    return package(whole(**changes))["projects"][0]


def classes(found: Any) -> dict[str, str]:
    return {
        c["scheme"].removeprefix("health-industry-atlas-"): c["id"]
        for c in found["additionalClassifications"]
    }


def test_a_full_record_stands_where_the_standard_wants_it() -> None:
    found = project()
    assert found["id"] == "health-industry-atlas-SG-0001"
    assert {"id": "2020-440281-83-01-012345", "scheme": "GB/T 40058-2021"} in found["identifiers"]
    assert found["budget"]["amount"] == {"amount": 120005000.01, "currency": "CNY"}
    assert found["publicAuthority"] == {"id": "sg-health", "name": "韶关市卫生健康局"}
    assert found["sector"] == ["health"]
    assert found["locations"][0]["geometry"]["coordinates"] == [113.2512345, 25.1034567]
    assert found["locations"][0]["gazetteer"]["identifiers"] == ["440000", "440200", "440281"]
    assert found["locations"][1]["gazetteer"]["identifiers"] == ["440232"]
    assert found["documents"][0]["datePublished"].startswith("2016-02-23")
    assert found["policyAlignment"]["description"] == "韶府〔2016〕9号：发展健康养老"
    assert [r["relationship"] for r in found["relatedProjects"]] == ["isPartOf", "hasPart"]
    assert {m["id"]: m["observations"][0].get("measure") for m in found["forecasts"]} == {
        "plannedQuantity": 2,
        "beds": 120,
        "floorArea": 3500.25,
        "land": 12,
        "jobs": 80,
        "annualOutput": None,
    }


def test_money_keeps_source_status_and_year() -> None:
    found = project()
    first, second, third = found["budget"]["finance"]
    assert (first["type"], first["assetClass"], first["source"]) == ("bond", ["debt"], "专项债")
    assert first["atlas"]["status"] == "批复" and first["period"]["startDate"].startswith("2024-01-01")
    assert second["value"]["amount"] == 0.01 and second["atlas"]["subsidy"] is True
    assert "type" not in third and "source" not in third and "period" not in third
    assert [t["id"] for t in found["transactions"]] == ["line-2"]
    plans = found["budget"]["budgetBreakdowns"][0]["budgetBreakdown"]
    assert [(p["id"], p["amount"]["amount"]) for p in plans] == [("2026", 25_000_000)]


def test_steps_say_whether_they_are_met() -> None:
    states = {m["code"]: m["status"] for m in project()["milestones"]}
    assert states == {"projectApproval": "met", "commencement": "notMet", "completion": "scheduled"}


def test_a_unit_in_two_roles_is_one_party_with_both() -> None:
    parties = {p["id"]: p for p in project()["parties"]}
    assert parties["u2"]["roles"] == ["investor", "funder"]
    assert parties["u2"]["atlas"]["order"] == {"investor": 1, "funder": 1}
    assert parties["sg-health"]["roles"] == ["publicAuthority"]
    assert parties["sg-health"]["atlas"]["printed"] == ["市卫计局"]


def test_of_two_leading_units_none_is_chosen() -> None:
    lead = whole().roles[0]
    both = (lead, type(lead)("lead", "sg-civil", "韶关市民政局"))
    assert "publicAuthority" not in project(roles=both)


@pytest.mark.parametrize(
    ("stage", "status"),
    [(Stage.SUSPENDED, None), (Stage.UNKNOWN, None), (Stage.CONSTRUCTION, "implementation")],
)
def test_a_stage_without_counterpart_is_not_forced_into_one(stage: Stage, status: str | None) -> None:
    found = project(summary=record(1, stage=str(stage)))
    assert found.get("status") == status
    assert classes(found).get("stage") == (None if stage is Stage.UNKNOWN else str(stage))


def test_what_nobody_knows_is_left_out_and_never_zero() -> None:
    found = package(Published(summary=record(1), updated_at=whole().updated_at))["projects"][0]
    assert {
        "budget",
        "forecasts",
        "milestones",
        "parties",
        "locations",
        "transactions",
    } & found.keys() == set()
    assert classes(found).keys() == {"kind", "category", "funding_status", "basis", "precision"}
    assert project(summary=record(1, total_investment_wan=Decimal(0)))["budget"]["amount"]["amount"] == 0


@pytest.mark.parametrize(("precision", "drawn"), [(3, True), (4, False), (5, False)])
def test_a_county_seat_is_never_given_as_the_place(precision: int, drawn: bool) -> None:
    found = project(places=(place(precision=precision),))["locations"][0]
    assert ("geometry" in found) is drawn
    assert found["atlas"]["precision"] == precision and found["gazetteer"]["identifiers"]


def test_a_line_of_coarse_precision_is_drawn_all_the_same() -> None:
    road = {"type": "LineString", "coordinates": [[113.1, 25.1], [113.2, 25.2]]}
    assert project(places=(place(precision=4, geometry=road),))["locations"][0]["geometry"] == road


def test_modelled_demo_and_practice_are_said_in_front() -> None:
    shown = project(summary=record(1, basis="modelled", note="一句"), places=(place(basis="demo"),))
    assert shown["description"] == "【模拟测算】一句"
    assert shown["locations"][0]["description"].startswith("【演示数据】")
    practice = package(whole(), practice=True)
    assert (
        "演示数据" in practice["publisher"]["name"] and "演示数据" in practice["projects"][0]["description"]
    )
    assert practice["atlas"]["title"].startswith("【演示数据")


def test_every_record_is_there_and_counted() -> None:
    found = json.loads(b"".join(formats.stream("oc4ids", FakeLibrary(), request())))
    assert len(found["projects"]) == found["atlas"]["counts"]["matched"] == len(FakeLibrary().records)
    assert len({p["id"] for p in found["projects"]}) == len(found["projects"])
    assert oc4ids_errors(found) == []


def test_more_than_one_piece_is_still_one_package() -> None:
    many = [whole(summary=record(n)) for n in range(1, 251)]
    assert len(package(*many)["projects"]) == 250


def test_a_package_without_projects_says_so() -> None:
    found = package()
    assert found["projects"] == [] and found["atlas"]["counts"]["matched"] == 0
    assert "不能通过校验" in found["atlas"]["caveats"]["zh"][0]


def test_the_official_schema_accepts_what_we_write() -> None:
    assert oc4ids_errors(package(whole(), *hostile())) == []
    assert oc4ids_errors(package(whole(), practice=True, language="en")) == []


def test_the_schema_does_bite() -> None:
    found = package(whole())
    found["projects"][0]["status"] = "suspended"
    del found["publisher"]
    assert len(oc4ids_errors(found)) == 2


def test_the_name_of_a_package_is_that_of_its_content() -> None:
    def uri(version: str = "1", **options: Any) -> str:
        return package_uri(request(**options), version)

    later = request().generated_at + timedelta(seconds=1)
    names = {uri(), uri("2"), uri(chosen=ProjectFilter(q="甲")), uri(generated_at=later)}
    assert len(names) == 4 and uri() == uri() and uri().startswith("urn:uuid:")


@given(st.decimals(min_value=0, max_value=Decimal(10) ** 13, places=6))
def test_amounts_come_back_to_the_last_digit(wan: Decimal) -> None:
    sent = json.loads(json.dumps(amount(wan)), parse_float=Decimal)
    assert Decimal(wan_of(sent)) == wan


def test_a_practice_file_is_called_one() -> None:
    zh, en = formats.file_names("oc4ids", ExportRequest(chosen=ProjectFilter(), practice=True))
    assert zh.startswith("演示_健康产业项目_OC4IDS_") and en.startswith("practice-") and zh.endswith(".json")


ELSEWHERE = {
    "category_zh": "健康养老",
    "precision_zh": "地址或村（1公里内）",
    "basis_zh": "文件载明",
    "total_investment_wan": "120005000.01",
    "annual_output_wan": "3000000",
    "geometry": "113.2512345,25.1034567",
    "place_method": "gps",
    "place_datum": "wgs84",
    "documents": "韶府〔2016〕9号",
}
"""Fields whose text in the package is not that of the summary."""


def test_no_known_value_of_a_record_is_left_out() -> None:
    found = whole()
    text = b"".join(formats.stream("oc4ids", PublishedLibrary([found]), request())).decode()
    missing = []
    for field, value in found.summary._asdict().items():
        values = value if isinstance(value, tuple) else (value,)
        said = [ELSEWHERE.get(field, str(one)) for one in values if one is not None and one is not False]
        missing += [field for one in said if one not in text]
    assert missing == []


def test_the_written_list_names_every_field() -> None:
    written = (ROOT / "docs" / "open-standards.md").read_text(encoding="utf-8")
    derived = {"category_zh", "precision_zh", "basis_zh"}
    codes = {"province_code", "prefecture_code", "county_code", "township_code", "zone_id"}
    unnamed = [c.name for c in COLUMNS if c.name not in derived | codes and f"`{c.name}`" not in written]
    assert unnamed == []
