"""One record as an IATI 2.03 activity, in the order of elements that the standard prescribes.

IATI demands of every activity a status, a date and an organisation. Where the library does not know a code,
the code is empty and marked; where a record has no day of its own, the period of the plan that names it
stands there, marked as that; a record that has neither, or no unit at all, is no activity (``lacking``).
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Final
from xml.etree import ElementTree as Xml

from data.exports.crosswalk import is_known, standard_code
from data.exports.geojson import encode
from data.exports.iati_elements import coded, element, narrative, own
from data.exports.oc4ids_project import description
from data.exports.request import ExportRequest
from data.exports.table import place as spot_of
from projects.codes import FinanceStatus, MilestoneCode, Precision
from projects.open_standards import CLASSIFIED, CURRENCY, SCHEME, YUAN_PER_WAN, public_id
from projects.publishing import Money, Published
from projects.record import Place
from projects.summary import Summary
from projects.values import plain

WGS84: Final = "http://www.opengis.net/def/crs/EPSG/0/4326"
_LEVELS: Final = (("province_code", 1), ("prefecture_code", 2), ("county_code", 3))
_DATES: Final[Mapping[str, tuple[str, str]]] = {
    MilestoneCode.COMMENCEMENT: ("1", "2"),
    MilestoneCode.COMPLETION: ("3", "4"),
}
"""Step → ActivityDateType of its planned and its actual day."""
_MOVED: Final = (FinanceStatus.RECEIVED, FinanceStatus.PAID)
_PLAN_PERIOD: Final = "规划期（文件载明），不是项目自身的日期"

Day = tuple[str, date, str]
"""ActivityDateType, day, and the basis that is not the record's own (empty for its own)."""


def lacking(found: Published, today: date) -> str:
    """Return what keeps a record from being an activity: ``date``, ``organisation``; empty for nothing."""
    if not found.roles:
        return "organisation"
    return "" if next(days(found, today), None) else "date"


def days(found: Published, today: date) -> Iterator[Day]:
    """Yield the days of a record, else the period of the newest plan that names it."""
    own_days = list(_own_days(found, today))
    yield from own_days
    if own_days:
        return
    periods = [(n.as_of_year or 0, n.period_from, n.period_to) for n in found.namings]
    for _, first, last in sorted(periods, key=lambda period: -period[0])[:1]:
        if first:
            yield "1", date(first, 1, 1), "plan-period"
        if last:
            yield "3", date(last, 12, 31), "plan-period"


def _own_days(found: Published, today: date) -> Iterator[Day]:
    """Yield planned and actual days; an "actual" day that is still to come is none."""
    for step in found.steps:
        planned, actual = _DATES.get(step.code, ("", ""))
        if planned and step.dates.planned:
            yield planned, step.dates.planned, ""
        if actual and step.dates.actual and step.dates.actual <= today:
            yield actual, step.dates.actual, ""


def activity(found: Published, request: ExportRequest) -> Xml.Element:
    """Return a record as an activity."""
    record = found.summary
    made = Xml.Element(
        "iati-activity",
        {
            "{http://www.w3.org/XML/1998/namespace}lang": "zh",
            "default-currency": CURRENCY,
            "last-updated-datetime": found.updated_at.isoformat(timespec="seconds"),
        },
    )
    element(made, "iati-identifier", None, public_id(record.id))
    narrative(element(made, "reporting-org", {"ref": SCHEME, "type": "11"}), request.credit_line or SCHEME)
    narrative(element(made, "title"), record.name)
    narrative(element(made, "description", {"type": "1"}), _words(record, request))
    _units(made, found)
    _other_identifiers(made, record)
    coded(made, "activity-status", "code", standard_code("stage", record.stage, "ActivityStatus"))
    for kind, day, basis in days(found, request.generated_at.date()):
        said = element(
            made, "activity-date", {"type": kind, "iso-date": day.isoformat(), own("basis"): basis}
        )
        if basis:
            narrative(said, _PLAN_PERIOD)
    element(made, "recipient-country", {"code": "CN"})
    _locations(made, found)
    sector = standard_code("category", record.category, "Sector")
    if sector:
        element(made, "sector", {"vocabulary": "1", "code": sector})
    _budgets(made, found)
    for money in found.money:
        _transaction(made, money)
    _related(made, found)
    made.append(own_record(found))
    return made


def _words(record: Summary, request: ExportRequest) -> str:
    """Return the description, or, where there is none, category and area: the standard asks for words."""
    said = description(record, request)
    area = record.county or record.zone or record.prefecture or record.province or ""
    return said if record.note else f"{said}{record.category_zh}{'，' if area else ''}{area}"


def _units(made: Xml.Element, found: Published) -> None:
    for role in found.roles:
        code = standard_code("party_role", role.role, "OrganisationRole")
        unit = coded(made, "participating-org", "role", code, ref=f"{SCHEME}-{role.unit_id}")
        unit.set(own("role"), role.role)
        narrative(unit, role.unit)


def _other_identifiers(made: Xml.Element, record: Summary) -> None:
    element(made, "other-identifier", {"ref": record.id, "type": "A1"})
    if record.project_code:
        element(made, "other-identifier", {"ref": record.project_code, "type": "A9"})


def _locations(made: Xml.Element, found: Published) -> None:
    record = found.summary
    for number, place in enumerate(found.places):
        _place(made, record, place, first=number == 0)
    if not found.places and record.precision:
        location = element(made, "location")
        _administrative(location, record)
        _exactness(location, record.precision)


def _place(made: Xml.Element, record: Summary, place: Place, *, first: bool) -> None:
    location = element(made, "location")
    if place.label or place.address:
        narrative(element(location, "name"), place.label or place.address)
    if first:
        _administrative(location, record)
    elif place.county_code:
        element(
            location, "administrative", {"vocabulary": "GB/T 2260", "level": 3, "code": place.county_code}
        )
    lon, lat = _spot(place)
    if lon is not None:
        element(element(location, "point", {"srsName": WGS84}), "pos", None, f"{lat} {lon}")
    _exactness(location, place.precision)
    designation = standard_code("category", record.category, "LocationType")
    if designation and place.precision <= Precision.VILLAGE:
        element(location, "feature-designation", {"code": designation})
    for name, value in (
        ("precision", place.precision),
        ("method", place.method),
        ("basis", place.basis),
        ("datum-entered", place.datum_entered),
        ("shape", place.geometry["type"]),
    ):
        element(location, own(name), None, value)


def _spot(place: Place) -> tuple[float | None, float | None]:
    """Return longitude and latitude of a place; none for one that is known to its county or worse."""
    if place.precision > Precision.TOWNSHIP and place.geometry["type"] == "Point":
        return None, None
    return spot_of(encode(place.geometry))[:2]


def _administrative(location: Xml.Element, record: Summary) -> None:
    for field, level in _LEVELS:
        code = getattr(record, field)
        if code:
            element(location, "administrative", {"vocabulary": "GB/T 2260", "level": level, "code": code})


def _exactness(location: Xml.Element, precision: int) -> None:
    for name, listed in (("exactness", "GeographicExactness"), ("location-class", "GeographicLocationClass")):
        element(location, name, {"code": standard_code("precision", precision, listed)})


def _budgets(made: Xml.Element, found: Published) -> None:
    """Add the yearly plans (indicative) and what was approved (committed); never to be summed together."""
    for plan in found.plans:
        _budget(made, plan.year, plan.amount, "1", plan.basis)
    for money in found.money:
        status = standard_code("finance_status", money.line.status, "BudgetStatus")
        if status and money.line.year:
            _budget(made, money.line.year, money.line.amount, status, money.basis)


def _budget(made: Xml.Element, year: int, amount: Decimal, status: str, basis: str) -> None:
    budget = element(made, "budget", {"type": "1", "status": status, own("basis"): basis})
    element(budget, "period-start", {"iso-date": f"{year}-01-01"})
    element(budget, "period-end", {"iso-date": f"{year}-12-31"})
    _value(budget, amount, f"{year}-01-01")


def _value(parent: Xml.Element, wan: Decimal, day: str) -> None:
    element(parent, "value", {"currency": CURRENCY, "value-date": day}, plain(wan * YUAN_PER_WAN))


def _transaction(made: Xml.Element, money: Money) -> None:
    """Add money that has moved; the library knows its year only, and the last day of it says so."""
    line = money.line
    if line.status not in _MOVED or not line.year:
        return
    day = f"{line.year}-12-31"
    moved = element(made, "transaction", {"ref": f"line-{line.id}", own("basis"): money.basis})
    element(
        moved,
        "transaction-type",
        {"code": standard_code("finance_status", line.status, "TransactionType")},
    )
    element(moved, "transaction-date", {"iso-date": day, own("known-to"): "year"})
    _value(moved, line.amount, day)
    narrative(element(moved, "description"), f"{line.source}，{line.status}（只知年度，日期写作年末）")
    kind = standard_code("finance_source", line.source, "FinanceType")
    if kind:
        element(moved, "finance-type", {"code": kind})


def _related(made: Xml.Element, found: Published) -> None:
    for kind, others in (("1", [found.parent] if found.parent else []), ("2", found.phases)):
        for other in others:
            element(made, "related-activity", {"type": kind, "ref": public_id(other.id)})


def own_record(found: Published) -> Xml.Element:
    """Return what IATI has no element for: codes of our lists, total, sizes, steps and other money."""
    record = found.summary
    made = Xml.Element(own("record"), {"id": record.id})
    for field in CLASSIFIED:
        code = getattr(record, field)
        if is_known(code):
            element(made, own("code"), {"list": field}, code)
    for field in ("total_investment_wan", "capital_sought_wan", "annual_output_wan", *_SIZES):
        value = getattr(record, field)
        if value is not None:
            element(made, own("figure"), {"name": field}, plain(Decimal(str(value))))
    for field in _FACTS:
        if getattr(record, field):
            element(made, own("fact"), {"name": field}, getattr(record, field))
    for naming in found.namings:
        said = {"document": naming.number or naming.document, "task": naming.task_id}
        element(made, own("naming"), said, naming.quote)
    _steps_and_money(made, found)
    return made


_FACTS: Final = (
    *("stage_words", "as_of_year", "township", "zone", "address", "cooperation", "key_lists"),
    "planning_note",
)
_SIZES: Final = ("quantity", "beds", "floor_area_m2", "land_mu", "land_quota_mu", "jobs")


def _steps_and_money(made: Xml.Element, found: Published) -> None:
    """Add all steps, and the money that is neither budget nor transaction."""
    for step in found.steps:
        said = {"code": step.code, "planned": step.dates.planned, "actual": step.dates.actual}
        element(made, own("milestone"), said)
    for one in found.approvals:
        said = {"code": one.code, "planned": one.dates.planned, "actual": one.dates.actual}
        element(made, own("approval"), said | {"number": one.number, "authority": one.authority})
    for money in found.money:
        line = money.line
        if not line.year or line.status in (FinanceStatus.PLANNED, FinanceStatus.APPLIED):
            what = {"source": line.source, "status": line.status, "year": line.year, "basis": money.basis}
            element(made, own("finance"), what, plain(line.amount))
