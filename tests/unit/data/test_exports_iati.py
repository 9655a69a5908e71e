"""IATI files: valid by the official schema, unknown said as unknown, no record lost."""

from datetime import date
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from data.exports import formats
from data.exports.iati_elements import own
from projects.codes import Stage
from projects.lifecycle.steps import Dates
from projects.publishing import Published, Step
from tests.unit.data.exports_fake import FakeLibrary, record, request
from tests.unit.data.published_world import PublishedLibrary, hostile, place, whole
from tests.unit.data.schemas import iati_errors


def content(*found: Published, **options: Any) -> bytes:
    return b"".join(formats.stream("iati", PublishedLibrary(found), request(**options)))


def activity(**changes: Any) -> Xml.Element:
    found = Xml.fromstring(content(whole(**changes))).find("iati-activity")
    assert found is not None
    return found


def dates(found: Xml.Element) -> list[tuple[str | None, str | None, str | None]]:
    return [(d.get("type"), d.get("iso-date"), d.get(own("basis"))) for d in found.findall("activity-date")]


def test_a_full_record() -> None:
    found = activity()
    assert found.findtext("iati-identifier") == "health-industry-atlas-SG-0001"
    assert found.findtext("title/narrative") == "乐昌市某院"
    assert [o.get("role") for o in found.findall("participating-org")] == ["2", "4", "", "1", ""]
    assert [o.get(own("unknown")) for o in found.findall("participating-org")] == [
        None,
        None,
        "true",
        None,
        "true",
    ]
    assert found.findtext("location/point/pos") == "25.1034567 113.2512345"
    assert [a.get("code") for a in found.findall("location/administrative")] == ["440000", "440200", "440281"]
    assert [s.get("code") for s in found.findall("sector")] == ["16010"]
    assert [(r.get("type"), r.get("ref")) for r in found.findall("related-activity")] == [
        ("1", "health-industry-atlas-SG-0009"),
        ("2", "health-industry-atlas-SG-0011"),
    ]


def test_suspended_has_a_code_here_and_unknown_has_none() -> None:
    assert activity().find("activity-status").attrib == {"code": "6"}  # type: ignore[union-attr]
    unknown = activity(summary=record(1)).find("activity-status")
    assert unknown is not None and unknown.attrib == {"code": "", own("unknown"): "true"}
    assert activity(summary=record(1, stage=str(Stage.WITHDRAWN))).find("activity-status").get("code") == "5"  # type: ignore[union-attr]


def test_own_days_come_before_those_of_the_plan() -> None:
    assert dates(activity()) == [("1", "2025-05-01", None), ("3", "2028-05-01", None)]
    plan = activity(steps=())
    assert dates(plan) == [("1", "2016-01-01", "plan-period"), ("3", "2020-12-31", "plan-period")]
    assert "不是项目自身的日期" in str(plan.findtext("activity-date/narrative"))


def test_an_actual_day_to_come_is_no_actual_day() -> None:
    step = Step("commencement", Dates(None, date(2030, 1, 1)))
    assert dates(activity(steps=(step,)))[0][2] == "plan-period"


@pytest.mark.parametrize(
    ("changes", "why"), [({"steps": (), "namings": ()}, "date"), ({"roles": ()}, "organisation")]
)
def test_what_cannot_be_an_activity_is_listed_with_all_that_is_known(changes: Any, why: str) -> None:
    found = Xml.fromstring(content(whole(**changes)))
    assert found.find("iati-activity") is None
    held = found.find(own("withheld"))
    assert held is not None and held.attrib == {"ref": "health-industry-atlas-SG-0001", "lacks": why}
    assert held.findtext(own("title")) == "乐昌市某院"
    assert held.find(f"{own('record')}/{own('figure')}[@name='beds']").text == "120"  # type: ignore[union-attr]


def test_money_goes_where_it_belongs_and_no_line_is_lost() -> None:
    found = activity()
    budgets = [(b.get("status"), b.findtext("value")) for b in found.findall("budget")]
    assert budgets == [("1", "25000000"), ("2", "30000000")]
    (paid,) = found.findall("transaction")
    assert paid.find("transaction-type").get("code") == "4"  # type: ignore[union-attr]
    assert paid.find("transaction-date").get(own("known-to")) == "year"  # type: ignore[union-attr]
    assert (paid.findtext("value"), paid.find("finance-type").get("code")) == ("0.01", "421")  # type: ignore[union-attr]
    rest = [f.get("status") for f in found.iter(own("finance"))]
    assert rest == ["拟申请"]


def test_a_place_known_to_its_county_has_no_point() -> None:
    found = activity(places=(place(precision=4),))
    assert found.find("location/point") is None
    assert found.find("location/exactness").get("code") == "2"  # type: ignore[union-attr]


def test_what_xml_cannot_hold_is_replaced() -> None:
    found = Xml.fromstring(content(*hostile()))
    titles = [t.text for t in found.findall("iati-activity/title/narrative")]
    assert len(titles) == len(hostile())
    assert any("控制\ufffd\ufffd" in str(title) for title in titles)


def test_the_official_schema_accepts_what_we_write() -> None:
    assert iati_errors(content(whole(), *hostile())) == []
    bare = Published(summary=record(99), updated_at=whole().updated_at)
    assert iati_errors(content(whole(), bare, practice=True, language="en")) == []


def test_the_schema_does_bite() -> None:
    assert iati_errors(content(whole()).replace(b"<recipient-country", b"<recipient-land")) != []


def test_counts_agree_with_the_library() -> None:
    found = Xml.fromstring(b"".join(formats.stream("iati", FakeLibrary(), request())))
    there = len(found.findall("iati-activity")) + len(found.findall(own("withheld")))
    counted = {c.get("name"): c.text for c in found.iter(own("count"))}
    assert there == len(FakeLibrary().records) and counted["matched"] == str(there)


def test_practice_is_said_in_every_activity() -> None:
    found = Xml.fromstring(content(whole(), practice=True))
    said = found.findtext("iati-activity/description/narrative")
    assert said is not None and "演示数据，全部虚构" in said
