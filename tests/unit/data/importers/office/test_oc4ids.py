"""OC4IDS packages as office files: ours come back field by field, a stranger's without anything invented."""

import json
import unicodedata
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.exports import formats
from data.exports.request import PRACTICE
from data.importers.office.formats import Format, detect
from data.importers.office.guard import Limits
from data.importers.office.oc4ids_file import read_oc4ids
from data.importers.office.oc4ids_words import LISTS
from projects.codes import BASIS_ZH, Basis
from projects.intake.importing import FileReading, FileRefused, TypedRow
from tests.unit.data.exports_fake import record, request
from tests.unit.data.importers.office.world import CONTEXT, keys, read
from tests.unit.data.published_world import PublishedLibrary, place, whole


def sent(folder: Path, package: Any, context: Any = CONTEXT) -> FileReading:
    path = folder / "a.json"
    path.write_bytes(package if isinstance(package, bytes) else json.dumps(package).encode())
    return read(path, context)


def ours(folder: Path, practice: bool = False, **changes: Any) -> TypedRow:
    content = b"".join(
        formats.stream("oc4ids", PublishedLibrary([whole(**changes)]), request(practice=practice))
    )
    found = sent(folder, content)
    assert found.format == "oc4ids" and len(found.rows) == 1
    return found.rows[0]


def stranger(**members: Any) -> dict[str, Any]:
    return {
        "uri": "urn:x",
        "version": "0.9",
        "projects": [{"id": "oc4ids-abc-1", "title": "别处的医院", **members}],
    }


def test_every_mapped_field_comes_back(tmp_path: Path) -> None:
    row = ours(tmp_path)
    found = dict(row.document)
    spot = found.pop("place/0")
    assert (row.project_id, keys(row.issues)) == ("SG-0001", ["unit_too_small"])
    assert isinstance(spot, dict) and spot["geometry"] == {
        "type": "Point",
        "coordinates": [113.2512345, 25.1034567],
    }
    assert (spot["datum_entered"], spot["precision"]) == ("wgs84", 2)
    assert found == {
        "name": "乐昌市某院",
        "alias/某院": True,
        "alias/甲、乙联合院": True,
        "project_code": "2020-440281-83-01-012345",
        "kind": "site",
        "parent_id": "SG-0009",
        "category": "elderly_care",
        "quantity": "2",
        "county_code": "440281",
        "township_code": "440281101",
        "area/440232": True,
        "address": "坪石镇一路1号",
        "stage": "停缓建",
        "ownership": "公办",
        "delivery_mode": "PPP",
        "approval_type": "核准",
        "key_lists": "2026省重点",
        "promotion_stage": "签约",
        "open_to_capital": "是",
        "capital_sought": "500.5",
        "land_status": "净地",
        "cooperation": "合作建设",
        "total_investment": "12000.500001",
        "annual_plan/2026": "2500",
        "beds": 120,
        "floor_area_m2": "3500.25",
        "land_mu": "12",
        "jobs": 80,
        "annual_output": "300",
        "party/owner": ["乐昌市某院"],
        "party/investor": ["乙公司", "甲公司"],
        "party/funder": ["乙公司"],
        "note": "一句说明",
        "finance/1": {"source": "专项债", "status": "批复", "amount": "3000", "year": 2024, "note": "首批"},
        "finance/2": {
            "source": "银行贷款",
            "status": "支付",
            "amount": "0.000001",
            "year": 2025,
            "subsidy": True,
        },
        "finance/3": {"source": "未明确", "status": "拟申请", "amount": "70"},
        "milestone/projectApproval": {"actual_on": "2024-03-01"},
        "milestone/commencement": {"planned_on": "2025-05-01", "title": "开工仪式", "note": "等桥"},
        "milestone/completion": {"planned_on": "2028-05-01"},
    }


@pytest.mark.parametrize("practice", [True, False])
@pytest.mark.parametrize("basis", ["documented", "modelled", "demo"])
def test_the_marks_are_no_part_of_the_note(tmp_path: Path, practice: bool, basis: str) -> None:
    row = ours(tmp_path, practice, summary=record(1, basis=basis, note="【重要】一句"))
    assert row.document["note"] == "【重要】一句"


def test_the_marks_are_those_of_the_writer() -> None:
    written = [*PRACTICE.values(), BASIS_ZH[Basis.MODELLED], BASIS_ZH[Basis.DEMO]]
    assert set(LISTS["marks"]) == {f"【{words}】" for words in written}


def test_a_township_stays_a_township_whatever_its_digits(tmp_path: Path) -> None:
    spot = ours(tmp_path, places=(place(precision=3),)).document["place/0"]
    assert isinstance(spot, dict) and spot["precision"] == 3


def test_a_place_of_unknown_datum_stays_unknown(tmp_path: Path) -> None:
    row = ours(tmp_path, places=(place(precision=3, datum_entered="unknown"),))
    spot = row.document["place/0"]
    assert isinstance(spot, dict) and (spot["datum_entered"], spot["precision"]) == ("unknown", 3)


def test_further_places_are_shown_and_not_dropped(tmp_path: Path) -> None:
    row = ours(tmp_path, places=(place(), place(label="分院")))
    assert len(row.extra) == 1 and "分院" in row.extra[0].raw


def test_what_is_unknown_stays_unknown(tmp_path: Path) -> None:
    row = ours(
        tmp_path,
        summary=record(1),
        places=(),
        roles=(),
        money=(),
        plans=(),
        steps=(),
        parent=None,
        declared=type(whole().declared)(),
    )
    assert dict(row.document) == {"name": "第1项目", "kind": "site", "category": "hospital"}


def test_of_a_stranger_only_what_means_the_same_is_taken(tmp_path: Path) -> None:
    found = sent(
        tmp_path,
        stranger(
            status="implementation",
            sector=["health"],
            budget={
                "amount": {"amount": 120000000, "currency": "CNY"},
                "finance": [{"id": "f1", "type": "loan", "value": {"amount": 5, "currency": "CNY"}}],
            },
            parties=[{"id": "p", "name": "某基金", "roles": ["funder"]}],
            milestones=[
                {"id": "m1", "code": "completion", "dueDate": "2027-01-01T00:00:00+08:00"},
                {"id": "m2", "code": "ribbonCutting"},
            ],
            locations=[{"id": "l", "geometry": {"type": "Point", "coordinates": [113.25, 25.1]}}],
        ),
    ).rows[0]
    document = found.document
    assert found.project_id == "" and document["total_investment"] == "12000"
    assert document["party/funder"] == ["某基金"]
    assert document["milestone/completion"] == {"planned_on": "2027-01-01"}
    assert "stage" not in document and not any(path.startswith("finance/") for path in document)
    spot = document["place/0"]
    assert isinstance(spot, dict) and spot["datum_entered"] == "unknown" and spot["precision"] == 3
    rest = json.loads(found.extra[0].raw)
    assert rest["status"] == "implementation" and rest["sector"] == ["health"]
    assert [f["id"] for f in rest["finance"]] == ["f1"]
    assert [m["id"] for m in rest["milestones"]] == ["m2"]


@pytest.mark.parametrize(
    ("status", "stage"), [("identification", "储备"), ("completion", "竣工"), ("cancelled", "退库")]
)
def test_a_status_that_is_one_stage(tmp_path: Path, status: str, stage: str) -> None:
    assert sent(tmp_path, stranger(status=status)).rows[0].document["stage"] == stage


def test_a_stranger_is_in_the_datum_that_a_person_says(tmp_path: Path) -> None:
    where = [{"id": "l", "geometry": {"type": "Point", "coordinates": [113.25, 25.1]}}]
    told = replace(CONTEXT, datum="wgs84")
    spot = sent(tmp_path, stranger(locations=where), told).rows[0].document["place/0"]
    assert isinstance(spot, dict) and spot["datum_entered"] == "wgs84"


def test_another_currency_is_asked_about(tmp_path: Path) -> None:
    row = sent(tmp_path, stranger(budget={"amount": {"amount": 5000000, "currency": "USD"}})).rows[0]
    assert "total_investment" not in row.document and keys(row.issues) != []


@pytest.mark.parametrize(
    "member",
    [
        {"title": 7},
        {"title": "甲", "identifiers": "SG-0001"},
        {"title": "甲", "budget": [1], "locations": {"a": 1}, "parties": [None, 3]},
        {"title": "甲", "locations": [{"geometry": {"type": "Point", "coordinates": ["a", None]}}]},
        {"title": "甲", "locations": [{"geometry": {"type": "Circle"}}]},
        {
            "title": "甲",
            "budget": {"budgetBreakdowns": [{"id": "annual-plan", "budgetBreakdown": [{"id": "x"}]}]},
        },
        {"title": "甲", "milestones": [{"code": "completion", "dueDate": "0001-01-01T00:00:00+14:00"}]},
        {"title": "甲", "identifiers": [{"scheme": "health-industry-atlas", "id": "不是编号"}]},
        {"title": "甲", "parties": [{"name": "乙", "roles": ["owner"], "atlas": {"order": {"owner": []}}}]},
    ],
)
def test_bad_members_are_data_and_never_an_exception(tmp_path: Path, member: dict[str, Any]) -> None:
    found = sent(tmp_path, {"projects": [member]})
    assert found.lines_in["项目"] == 1


def test_entries_that_are_no_projects_are_accounted_for(tmp_path: Path) -> None:
    found = sent(tmp_path, {"projects": [None, 3, "text", [], {"title": "甲"}]})
    assert "甲" in [row.name for row in found.rows] and found.accounted == found.rows_in
    assert any("text" in cell.raw for left in found.left_out for cell in left.cells)


def test_numbers_that_would_fill_the_memory_are_refused(tmp_path: Path) -> None:
    text = b'{"projects": [{"title": "x", "budget": {"amount": {"amount": 1e999999999, "currency": "CNY"}}}]}'
    row = sent(tmp_path, text).rows[0]
    assert "total_investment" not in row.document


def test_what_is_no_package_is_said() -> None:
    assert detect(b'{"projects": []}') is Format.OC4IDS
    assert detect(b'{"type": "FeatureCollection", "features": [], "projects": []}') is Format.GEOJSON
    for text in (b'{"projects": 3}', b'{"type": "x", "projects": {}}'):
        with pytest.raises(FileRefused):
            detect(text)
    with pytest.raises(FileRefused) as refused:
        detect(b'{"projects": [')
    assert refused.value.key == "truncated"


def test_too_many_projects_are_refused() -> None:
    content = json.dumps({"projects": [{"title": "x"}] * 3}).encode()
    with pytest.raises(FileRefused) as refused:
        read_oc4ids(content, Limits(features=2))
    assert refused.value.key == "too_many_records"


NAMES = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs", "Cf", "Cn", "Co")),
    min_size=1,
    max_size=30,
)
AMOUNTS = st.none() | st.decimals(min_value=Decimal("0.01"), max_value=10**8, places=6)


@settings(max_examples=30, deadline=None)
@given(name=NAMES.map(lambda text: f"项目{text}"), total=AMOUNTS, beds=st.none() | st.integers(0, 10**5))
def test_any_record_comes_back(
    tmp_path_factory: pytest.TempPathFactory, name: str, total: Decimal | None, beds: int | None
) -> None:
    summary = record(1, name=name, total_investment_wan=total, beds=beds)
    row = ours(tmp_path_factory.mktemp("any"), summary=summary)
    assert row.name == unicodedata.normalize("NFC", name).strip()
    held = row.document.get("total_investment")
    assert (held is None) if total is None else Decimal(str(held)) == total
    assert row.document.get("beds") == beds
