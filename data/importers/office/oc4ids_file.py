"""An OC4IDS project package becomes the sheets of an office workbook: projects, finance lines, milestones.

From there on it is read, checked and previewed as every other file. Our own packages come back field by
field, because what the standard has no place for stands in ``atlas`` and in classifications of our schemes.
Of a stranger's package the fields that mean the same are taken; the rest is kept as text beside the row and
shown in the preview. Geometry of a stranger has no datum until a person says which.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import shapely

from data.importers.office.grid import Book, Grid
from data.importers.office.guard import Limits
from data.importers.office.oc4ids_cells import (
    Part,
    as_float,
    as_json,
    day_of,
    items,
    list_of,
    members,
    number_of,
    objects,
    text_of,
    wan_of,
)
from data.importers.office.oc4ids_words import (
    APPROVAL_HEADINGS,
    APPROVALS,
    COLUMNS,
    FINANCE,
    FINANCE_HEADINGS,
    LISTS,
    MILESTONE_HEADINGS,
    MILESTONES,
    PROJECTS,
    REST,
    plan_heading,
)
from projects.codes import FinanceSource, FinanceStatus, MilestoneCode
from projects.intake.importing import FileRefused
from projects.lifecycle.approvals import APPROVAL_ZH, ApprovalCode
from projects.open_standards import (
    APPROVAL_LIST,
    EXTENSION,
    METRICS,
    OUTPUT_METRIC,
    PROJECT_CODE_SCHEME,
    SCHEME,
    scheme_of,
)

_UNKNOWN_DATUM: Final = "unknown"


def read_oc4ids(data: bytes, limits: Limits) -> Book:
    """Return a package as grids; raises ``FileRefused`` for one with too many projects or a broken file."""
    try:
        package = json.loads(data, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise FileRefused("truncated") from error
    found = [Project(members(item), item) for item in items(members(package).get("projects"))]
    if len(found) > limits.features:
        raise FileRefused("too_many_records", str(len(found)), str(limits.features))
    years = sorted({year for project in found for year in project.plans()})
    grids = [_projects(found, years)]
    grids += [
        Grid(name, [headings, *rows])
        for name, headings, rows in (
            (FINANCE, FINANCE_HEADINGS, [row for project in found for row in project.finance()]),
            (MILESTONES, MILESTONE_HEADINGS, [row for project in found for row in project.milestones()]),
            (APPROVALS, APPROVAL_HEADINGS, [row for project in found for row in project.approvals()]),
        )
        if rows
    ]
    return Book(grids)


def _projects(found: Sequence["Project"], years: Sequence[str]) -> Grid:
    headings = [*COLUMNS.values(), *map(plan_heading, years), REST]
    rows = [project.row(years) for project in found]
    if not any(row[-1] for row in rows):
        headings, rows = headings[:-1], [row[:-1] for row in rows]
    return Grid(PROJECTS, [headings, *rows], shapes=[None, *(project.shape() for project in found)])


class Project:
    """One project of a package, asked for the cells of its rows."""

    def __init__(self, data: Part, item: Any) -> None:
        self._data, self._item = data, item
        self._own = members(data.get(EXTENSION))
        self._ids = {text_of(i.get("scheme")): text_of(i.get("id")) for i in objects(data.get("identifiers"))}
        self._classes = {
            text_of(c.get("scheme")): text_of(c.get("id"))
            for c in objects(data.get("additionalClassifications"))
        }
        self._locations = objects(data.get("locations"))
        self._budget = members(data.get("budget"))
        self.record_id = self._ids.get(SCHEME, "")
        self.name = text_of(data.get("title"))

    def row(self, years: Sequence[str]) -> list[str]:
        """Return the cells of 项目, in the order of the headings."""
        cells = self._identity() | self._life() | self._place() | self._sizes() | self._money()
        cells |= {f"party/{role}": self._units(role) for role in ("owner", "funder", "operator", "investor")}
        plans = self.plans()
        return (
            [cells.get(path, "") for path in COLUMNS]
            + [plans.get(year, "") for year in years]
            + [self._rest()]
        )

    def _identity(self) -> dict[str, str]:
        return {
            "id": self.record_id,
            "name": self.name,
            "project_code": self._ids.get(PROJECT_CODE_SCHEME, ""),
            "parent_id": text_of(self._own.get("parent")),
            "aliases": list_of(self._own.get("aliases")),
            "note": self._note(),
        }

    def _note(self) -> str:
        """Return the description without the marks that our own writer puts in front of it."""
        note = text_of(self._data.get("description"))
        while self.record_id and (mark := next((m for m in LISTS["marks"] if note.startswith(m)), "")):
            note = note.removeprefix(mark)
        return note

    def _life(self) -> dict[str, str]:
        found = {field: self._classes.get(scheme_of(field), "") for field in LISTS["choices"]}
        if not self.record_id:
            found["stage"] = found["stage"] or STAGE_OF.get(text_of(self._data.get("status")), "")
        return found | {
            "key_lists": text_of(self._own.get("keyLists")),
            "cooperation": text_of(self._own.get("cooperation")),
            "planning_note": text_of(self._own.get("planningNote")),
        }

    def _place(self) -> dict[str, str]:
        declared = members(self._own.get("declared"))
        where = self._where()
        how = members(where.get(EXTENSION))
        datum = text_of(how.get("datumEntered"))
        return {
            "county_code": text_of(declared.get("county")) if self.record_id else self._area(),
            "township_code": text_of(declared.get("township")),
            "zone_id": text_of(declared.get("zone")),
            "areas": list_of(declared.get("touches")),
            "address": text_of(members(where.get("address")).get("streetAddress")),
            "datum": "WGS84" if datum and datum != _UNKNOWN_DATUM else "",
            "precision": text_of(how.get("precision")) if self.shape() is not None else "",
        }

    def _where(self) -> Part:
        """Return the first location: the primary place, or the area where no place is known."""
        return self._locations[0] if self._locations else {}

    def _area(self) -> str:
        """Return the finest area code of a stranger's location of our scheme."""
        codes = items(members(self._where().get("gazetteer")).get("identifiers"))
        return text_of(codes[-1]) if codes else ""

    def shape(self) -> Any:
        """Return the geometry of the first location, None for none; degrees as they stand."""
        geometry = self._where().get("geometry")
        if not isinstance(geometry, Mapping):
            return None
        return shapely.from_geojson(json.dumps(geometry, default=as_float), on_invalid="ignore")

    def _sizes(self) -> dict[str, str]:
        metrics = {
            text_of(metric.get("id")): members(next(iter(items(metric.get("observations"))), None))
            for metric in objects(self._data.get("forecasts"))
        }
        found = {
            field: number_of(metrics.get(metric, {}).get("measure")) for field, (metric, _) in METRICS.items()
        }
        return found | {"annual_output": wan_of(metrics.get(OUTPUT_METRIC, {}).get("value"))}

    def _money(self) -> dict[str, str]:
        return {
            "total_investment": wan_of(self._budget.get("amount")),
            "capital_sought": number_of(self._own.get("capitalSoughtWan")),
        }

    def _units(self, role: str) -> str:
        """Return the names of the units in a role, in their order."""
        found: list[tuple[int, str]] = []
        for party in objects(self._data.get("parties")):
            own = members(party.get(EXTENSION))
            if role in items(own.get("roles") or party.get("roles")):
                place = members(own.get("order")).get(role)
                found.append(
                    (place if isinstance(place, int) else len(found) + 1, text_of(party.get("name")))
                )
        return list_of([name for _, name in sorted(found, key=lambda item: item[0])])

    def plans(self) -> dict[str, str]:
        """Return the investment planned by year, 万元."""
        return {
            text_of(part.get("id")): wan_of(part.get("amount"))
            for group in objects(self._budget.get("budgetBreakdowns"))
            if group.get("id") == "annual-plan"
            for part in objects(group.get("budgetBreakdown"))
            if text_of(part.get("id")).isdecimal()
        }

    def finance(self) -> list[list[str]]:
        """Return the rows of 资金: the lines whose status is known in our own words."""
        return [self._line(item) for item in objects(self._budget.get("finance")) if _is_line(item)]

    def _line(self, item: Part) -> list[str]:
        own = members(item.get(EXTENSION))
        number = text_of(item.get("id")).removeprefix("line-")
        return [
            *self._reference(),
            number if self.record_id and number.isdecimal() else "",
            text_of(item.get("source")) or str(FinanceSource.UNKNOWN),
            text_of(own.get("status")),
            wan_of(item.get("value")),
            number_of(own.get("year")),
            "是" if own.get("subsidy") is True else "",
            text_of(item.get("description")),
        ]

    def milestones(self) -> list[list[str]]:
        """Return the rows of 里程碑: the steps of our list, which is that of the standard and some more."""
        return [self._step(item) for item in objects(self._data.get("milestones")) if _is_step(item)]

    def _step(self, item: Part) -> list[str]:
        own = item.get(EXTENSION)
        title = members(own).get("title") if isinstance(own, Mapping) else item.get("title")
        days = [day_of(item.get(name)) for name in ("dueDate", "dateMet")]
        return [
            *self._reference(),
            text_of(item.get("code")),
            *days,
            text_of(title),
            text_of(item.get("description")),
        ]

    def approvals(self) -> list[list[str]]:
        """Return the rows of 审批手续: the steps that our own writer put among the milestones."""
        return [self._approval(i) for i in objects(self._data.get("milestones")) if _is_approval(i)]

    def _approval(self, item: Part) -> list[str]:
        own = members(item.get(EXTENSION))
        return [
            *self._reference(),
            APPROVAL_ZH[ApprovalCode(text_of(item.get("code")))],
            *(day_of(item.get(name)) for name in ("dueDate", "dateMet")),
            text_of(own.get("number")),
            text_of(own.get("authority")),
            text_of(item.get("description")),
        ]

    def _reference(self) -> list[str]:
        return [self.record_id, self._ids.get(PROJECT_CODE_SCHEME, ""), self.name]

    def _rest(self) -> str:
        """Return as JSON what is read nowhere: all of a stranger's, further places of our own."""
        if not isinstance(self._item, Mapping):
            return as_json(self._item)
        further = [place for place in self._locations[1:] if "geometry" in place]
        rest: dict[str, Any] = {"locations": further} if further else {}
        if not self.record_id:
            rest |= {key: value for key, value in self._data.items() if key not in LISTS["read"]}
            rest |= self._strange_lines()
        return as_json(rest) if rest else ""

    def _strange_lines(self) -> dict[str, Any]:
        """Return a stranger's money, steps and status that have no counterpart here."""
        finance = [i for i in objects(self._budget.get("finance")) if not _is_line(i)]
        steps = [i for i in objects(self._data.get("milestones")) if not (_is_step(i) or _is_approval(i))]
        status = text_of(self._data.get("status"))
        found = {"finance": finance, "milestones": steps, "status": "" if status in STAGE_OF else status}
        return {key: value for key, value in found.items() if value}


STAGE_OF: Final = {
    "identification": "储备",
    "preparation": "前期",
    "completion": "竣工",
    "maintenance": "投产",
    "cancelled": "退库",
}
"""The stages that one status of OC4IDS means; ``implementation`` is two of ours and is left to a person."""


def _is_line(item: Part) -> bool:
    return text_of(members(item.get(EXTENSION)).get("status")) in tuple(FinanceStatus)


def _is_step(item: Part) -> bool:
    return text_of(item.get("code")) in tuple(MilestoneCode) and not _is_approval(item)


def _is_approval(item: Part) -> bool:
    """Tell whether a milestone is an approval step of ours: some codes stand in both lists."""
    ours = text_of(members(item.get(EXTENSION)).get("list")) == APPROVAL_LIST
    return ours and text_of(item.get("code")) in tuple(ApprovalCode)
