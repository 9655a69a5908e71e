"""The exhibits of coverage: tables hold together, files hold all of it, nothing unknown becomes nought."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import openpyxl
import pytest

from data.exports.exhibit import exhibit_book, exhibit_geojson
from projects.analysis.coverage.choosing import CoverageSettings, See, Show, outlines
from projects.analysis.coverage.clinics import village_clinics
from projects.analysis.coverage.inputs import answer
from projects.analysis.coverage.results import Answer
from projects.analysis.coverage.services import services
from projects.analysis.demand import Weight
from projects.analysis.exhibit import Exhibit, Table
from projects.analysis.inputs import ClinicCover
from projects.codes import Basis, Category
from projects.filters import ProjectFilter
from tests.fake_analysis import FakeAnalysis, made
from tests.unit.data.exports_fake import FakeLibrary, record, request
from views.analysis.coverage import access as coverage_exhibit_access
from views.analysis.coverage import circles as coverage_exhibit_circles
from views.analysis.coverage import clinics as coverage_exhibit_clinics
from views.analysis.coverage import matrix as coverage_exhibit_matrix
from views.analysis.coverage import people as coverage_exhibit_people
from views.analysis.coverage import reach as coverage_exhibit_reach
from views.analysis.coverage.frame import Frame
from views.i18n import translator

CITY = "440200"
HOSTILE = "<img src=x> =HYPERLINK(1) **粗**"


def frame(language: str = "zh", **settings: Any) -> Frame:
    chosen = ProjectFilter(prefecture=(CITY,))
    wanted = CoverageSettings(**settings)
    return Frame(translator(language), language, wanted, chosen, "韶关市", date(2026, 5, 6))


def of_people(language: str = "zh", **settings: Any) -> Exhibit:
    fake = FakeAnalysis()
    areas = fake.areas(CITY)
    rows = [record(n, county_code="440232", name=HOSTILE, category="elderly_care") for n in range(3)]
    rows.append(record(9, county_code=None))
    found = services(rows, areas, fake.townships(CITY), ("elderly_care",))
    return coverage_exhibit_people.exhibit(found, outlines(areas), frame(language, **settings), 2020)


def of_matrix(language: str = "zh") -> Exhibit:
    fake = FakeAnalysis()
    areas = fake.areas(CITY)
    rows = [record(n, county_code="440232", category="tcm") for n in range(3)]
    found = services(rows, areas, fake.townships(CITY), ("elderly_care",))
    return coverage_exhibit_matrix.exhibit(found, outlines(areas), frame(language))


def of_clinics(language: str = "zh") -> Exhibit:
    fake = FakeAnalysis()
    areas = fake.areas(CITY)
    shapes = dict(zip(areas.codes, outlines(areas), strict=True))
    names = dict(zip(areas.codes, areas.names, strict=True))
    return coverage_exhibit_clinics.exhibit(
        village_clinics(fake.clinic_cover(CITY)), shapes, {}, names, frame(language)
    )


def answered(**settings: Any) -> Answer:
    rows = tuple(replace(row, name=HOSTILE) for row in made())
    wanted = CoverageSettings(show=Show.REACH, of=(Category.ELDERLY_CARE,), **settings)
    return answer(FakeAnalysis(rows=rows), ProjectFilter(prefecture=(CITY,)), wanted, [CITY])


SEEN: dict[See, Callable[[Answer, Frame], Exhibit]] = {
    See.BANDS: coverage_exhibit_reach.exhibit,
    See.FACILITIES: coverage_exhibit_access.catchments,
    See.ACCESS: coverage_exhibit_access.access,
    See.CIRCLES: coverage_exhibit_circles.circle_exhibit,
    See.CARE: coverage_exhibit_circles.care_exhibit,
}


def of_reach(see: See, language: str = "zh", **settings: Any) -> Exhibit:
    wanted: dict[str, Any] = {"show": Show.REACH, "of": (Category.ELDERLY_CARE,), "see": see} | settings
    return SEEN[see](answered(see=see, **settings), frame(language, **wanted))


def every(language: str) -> list[Exhibit]:
    return [
        of_people(language),
        of_matrix(language),
        of_clinics(language),
        *(of_reach(see, language) for see in See),
    ]


def table(found: Exhibit, key: str) -> Table:
    return next(one for one in found.tables if one.key == key)


def column(found: Table, key: str) -> list[Any]:
    at = [one.key for one in found.columns].index(key)
    return [row[at] for row in found.rows]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_exhibit_goes_into_the_files_whole(language: str) -> None:
    for found in every(language):
        assert found.says and found.parameters and found.caveats and found.link["prefecture"] == CITY
        assert len({one.key for one in found.tables}) == len(found.tables)
        features = json.loads(exhibit_geojson(FakeLibrary(), request(), found))["features"]
        assert len(features) == sum(len(one.rows) for one in found.tables), found.key
        book = openpyxl.load_workbook(io.BytesIO(exhibit_book(FakeLibrary(), request(), found)))
        assert len(book.sheetnames) > len(found.tables)
        for sheet in book:
            for row in sheet.iter_rows():
                assert not any(cell.data_type == "f" for cell in row), "no cell is a formula"


def test_unknown_is_none_and_never_nought() -> None:
    counties = table(of_people(), "counties")
    rate = dict(zip(column(counties, "code"), column(counties, "per_10k"), strict=True))
    assert rate["440281"] is None and rate["440224"] == 0.0, "no census is unknown, no record is nought"
    assert set(column(counties, "beds")) == {None}
    assert counties.look is not None
    classes = dict(zip(column(counties, "code"), counties.look.of_row, strict=True))
    assert classes["440281"] is None and classes["440224"] == 0
    assert column(table(of_people(), "elsewhere"), "project_id") == ["SG-0009"]


def test_the_matrix_lists_which_county_lacks_what() -> None:
    found = of_matrix()
    lacking = table(found, "lacking-category")
    by_name = dict(zip(column(lacking, "category"), column(lacking, "names"), strict=True))
    assert by_name["中医药"] == "仁化县、乐昌市" and by_name["体育健身"] == "全部"
    assert "45 个格子里有 44 个是空的" in found.says[0]
    assert not table(found, "matrix").shown, "the page draws it with ways to the records"


def test_slots_stand_in_a_column_of_their_own() -> None:
    counties = table(of_clinics(), "counties")
    assert sum(column(counties, "slots")) == 36
    assert "slots" not in {one.key for one in table(of_clinics(), "townships").columns}
    for villages, clinics, share in zip(
        *(column(counties, key) for key in ("villages", "clinics", "per_village")), strict=True
    ):
        assert share == pytest.approx(clinics / villages)


def test_clinics_without_a_township_take_the_verdict_on_townships_away() -> None:
    rows = [
        ClinicCover("440232", "乳源", "440232100", "乳城镇", villages=8_000, clinics=0, vague=0),
        ClinicCover("440232", "乳源", None, "", villages=0, clinics=3, vague=0),
    ]
    known = [replace(rows[0], clinics=3), replace(rows[1], clinics=0)]

    def says(held: list[ClinicCover]) -> tuple[str, ...]:
        return coverage_exhibit_clinics.exhibit(village_clinics(held), {}, {}, {}, frame()).says

    assert "平均每百个村 <0.1 个" in says(rows)[0], "few is not nought"
    assert "其中 3 个没有写明乡镇" in says(rows)[1] and not any("1 个乡镇" in one for one in says(rows))
    assert not any("没有写明乡镇" in one for one in says(known))


def test_dots_of_townships_without_any_are_seen() -> None:
    look = table(of_clinics(), "townships").look
    assert look is not None and look.classes[0].colour == coverage_exhibit_clinics.NONE_HERE


def test_modelled_people_are_marked_in_every_table_that_holds_them() -> None:
    for see in (See.BANDS, See.FACILITIES, See.ACCESS, See.CIRCLES):
        found = of_reach(see)
        assert found.modelled and found.basis is Basis.MODELLED
        held = [
            one for part in found.tables for one in part.columns if one.key in ("people", "covered", "gap")
        ]
        assert held and all(one.basis is Basis.MODELLED for one in held), see
        counted = of_reach(see, count=Weight.VILLAGES)
        assert not counted.modelled
    assert not of_reach(See.CARE).modelled


def test_bands_add_up_to_all_people() -> None:
    found = of_reach(See.BANDS)
    parts = table(found, "bands")
    whole = {yes + no for yes, no in zip(column(parts, "covered"), column(parts, "uncovered"), strict=True)}
    assert whole == {sum(column(table(found, "places"), "people"))}
    assert whole == {sum(column(table(found, "counties"), "people"))}
    curve = found.curves[0]
    assert len(curve.x) == len(curve.y) == len(curve.low) == len(curve.high)
    assert all(low <= y <= high for low, y, high in zip(curve.low, curve.y, curve.high, strict=True))


def test_access_that_is_unknown_is_no_class_of_access() -> None:
    rows = tuple(replace(row, beds=np.nan) if row.id < "SG-0010" else row for row in made())
    wanted = CoverageSettings(show=Show.REACH, see=See.ACCESS, of=(Category.ELDERLY_CARE,))
    asked = answer(FakeAnalysis(rows=rows), ProjectFilter(prefecture=(CITY,)), wanted, [CITY])
    places = table(coverage_exhibit_access.access(asked, frame(see=See.ACCESS)), "access")
    assert places.look is not None
    for value, kind in zip(column(places, "access"), places.look.of_row, strict=True):
        assert (value is None) == (kind is None) and (value == 0) == (kind == 0)


def test_circles_are_drawn_for_every_facility_and_mode() -> None:
    found = of_reach(See.CIRCLES)
    rings, facilities = table(found, "circles"), table(found, "facilities")
    assert len(rings.rows) == 3 * len(facilities.rows)
    assert all(one is not None and one["type"] == "Polygon" for one in rings.geometries)
    assert column(rings, "radius") == sorted(column(rings, "radius"), reverse=True), "the widest lies below"


def test_a_link_holds_filter_and_settings() -> None:
    found = of_reach(See.ACCESS, limit=7.5)
    assert dict(found.link) == {
        "prefecture": CITY, "show": "reach", "see": "access", "of": "elderly_care", "limit": "7.5",
    }  # fmt: skip
