"""Our own exports read as office files: what they say is known, what they only show is not taken."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.exports import formats
from data.importers.office.headings import meaning
from data.importers.office.map_file import _plain
from projects.intake.importing import FileReading, TypedRow
from projects.summary import COLUMNS, Summary
from projects.values import CUT_MARKS, cleaned
from tests.unit.data.exports_fake import FakeLibrary, point, record, request
from tests.unit.data.importers.office.world import keys, one, read

FILEABLE = {
    "aliases": "aliases",
    "touches": "areas",
    "precision": "precision",
    "capital_sought_wan": "capital_sought",
    "total_investment_wan": "total_investment",
    "annual_output_wan": "annual_output",
    "floor_area_m2": "floor_area_m2",
    "county_code": "county_code",
    "county_basis": "county_basis",
    "note": "note",
    "stage": "stage",
}


def reading(name: str, records: list[Summary], folder: Path, **options: Any) -> FileReading:
    path = folder / f"a.{formats.FORMATS[name].extension}"
    formats.write(name, FakeLibrary(records), request(**options), path)
    return read(path)


def one_of(name: str, made: Summary, folder: Path, **options: Any) -> TypedRow:
    (found,) = reading(name, [made], folder, **options).rows
    return found


@pytest.mark.parametrize(("name", "path"), FILEABLE.items())
def test_a_published_field_is_known_by_its_name_and_both_headings(name: str, path: str) -> None:
    column = next(c for c in COLUMNS if c.name == name)
    for title in (column.name, column.zh, column.en):
        found = meaning(title, "项目")
        assert found is not None and found.path == path, title
        if name.endswith("_wan"):
            assert found.unit, title


@pytest.mark.parametrize("name", ["geojson", "gpkg", "csv", "xlsx"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_values_come_back_in_their_stored_form(tmp_path: Path, name: str, language: str) -> None:
    made = point(
        1, 113.1234567, 25.1234567, county_code="440281", county="乐昌市", county_basis="documented",
        touches=("440203",), aliases=("东盟、中南", "=乙"), total_investment_wan=Decimal("0.000001"), beds=0,
        capital_sought_wan=Decimal(3000), annual_output_wan=Decimal("99999999.999999"), note="'=1\n二",
        open_to_capital="是", township_code="440281101",
    )  # fmt: skip
    found = one_of(name, made, tmp_path, language=language)
    said = found.document
    assert (said["total_investment"], said["beds"]) == ("0.000001", 0)
    assert (said["capital_sought"], said["annual_output"]) == ("3000", "99999999.999999")
    assert said["note"] == "'=1\n二" and said["alias/东盟、中南"] and said["alias/=乙"]
    assert said["county_code"] == "440281" and said["area/440203"] and said["township_code"] == "440281101"
    place: Any = said["place/0"]
    assert place["datum_entered"] == "wgs84" and place["precision"] == 2
    assert place["geometry"]["coordinates"] == [113.1234567, 25.1234567]
    assert found.exported and "jobs" not in said


@pytest.mark.parametrize("name", ["csv", "xlsx"])
def test_a_representative_point_is_not_the_place(tmp_path: Path, name: str) -> None:
    made = record(1, geometry='{"type":"MultiPoint","coordinates":[[113.1,25.1],[113.2,25.2]]}')
    found = one_of(name, made, tmp_path)
    assert "place/0" not in found.document and keys(found.issues).count("representative") == 1


def test_a_table_of_an_office_is_no_export_of_ours(tmp_path: Path) -> None:
    assert not one(tmp_path, {"床位": 3}).exported


def test_counties_and_dictionary_of_a_geopackage_are_no_projects(tmp_path: Path) -> None:
    found = reading("gpkg", [point(1, 113, 25)], tmp_path)
    assert found.lines_in == {"projects": 1}
    assert {"own_counties", "own_dictionary"} <= {*keys(found.issues)} and "sheet_ignored" not in keys(
        found.issues
    )


@pytest.mark.parametrize("mark", CUT_MARKS)
def test_a_text_that_was_cut_is_not_taken(tmp_path: Path, mark: str) -> None:
    found = one(tmp_path, {"备注": f"很长的话{mark}", "别名": f"甲；乙{mark}"})
    assert "note" not in found.document and not any(p.startswith("alias/") for p in found.document)
    assert keys(found.issues).count("cut_text") == 2


def test_lists_that_gdal_gives_as_json_text_are_lists() -> None:
    assert _plain('[ "440203", "440281" ]') == "440203；440281"
    assert _plain("[ ]") == "" and _plain("[ 甲 ]") == "[ 甲 ]" and _plain("[ 1, 2 ]") == "[ 1, 2 ]"


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=3, max_size=60).map(cleaned)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(TEXTS.filter(lambda t: len(t) > 12), min_size=1, max_size=4, unique=True),
    amount=st.decimals("0", "99999999", places=6),
)
@pytest.mark.parametrize("name", ["geojson", "gpkg", "csv", "xlsx"])
def test_whatever_is_written_is_read(tmp_path: Path, name: str, names: list[str], amount: Decimal) -> None:
    made = record(1, aliases=tuple(names), note=names[0], total_investment_wan=amount)
    said = one_of(name, made, tmp_path).document
    assert {path[6:] for path in said if path.startswith("alias/")} == {*names}
    assert said["note"] == names[0] and Decimal(str(said["total_investment"])) == amount
