"""The library tables keep what data/reference/README.md promises, for each of the five documents.

Codes, ids and references are checked always; whatever needs the printed text is checked against the
plain-text documents beside the checkout and skipped, with the reason, where they are absent.
"""

import csv
import re
from collections.abc import Callable, Iterator

import pytest

from tests.contracts.library import (
    COLUMNS,
    DOCUMENTS,
    KEYS,
    LISTS,
    REFERENCES,
    Library,
    Row,
    load,
    printed_text,
    read_csv,
    segments,
    squeeze,
)
from tests.paths import shared


@pytest.fixture(params=[row["document_id"] for row in DOCUMENTS])
def library(request: pytest.FixtureRequest) -> Library:
    found = load(request.param)
    if not found.folder.is_dir():
        pytest.skip(f"library folder not written yet: {found.folder.name}")
    return found


@pytest.fixture
def text(library: Library) -> str:
    return printed_text(library.document["number"])


SPELLED = {  # a promised number that the document writes in words
    "1": ["一"],
    "2": ["两", "二"],
    "3": ["三"],
    "6": ["六"],
    "100": ["所有", "均"],
    "1000": ["千"],
}


def complain(rows: list[Row], wrong: Callable[[Row], object]) -> None:
    """Fail with every row for which `wrong` holds (its first three columns name it)."""
    bad = [" | ".join(list(row.values())[:3]) for row in rows if wrong(row)]
    assert not bad, f"{len(bad)} rows:\n" + "\n".join(bad)


def area_codes(row: Row) -> Iterator[str]:
    """Every county code that a project row carries."""
    yield from filter(None, [row["county_code"], *row["touches"].split(), *row["candidates"].split()])


# --- always


@pytest.mark.parametrize("table", COLUMNS)
def test_tables_have_the_promised_columns(library: Library, table: str) -> None:
    with (library.folder / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    assert header == COLUMNS[table].split()
    assert all(len(row) == len(header) for row in rows)
    assert all(value == value.strip() for row in rows for value in row), "value with blanks around it"


def test_keys_are_unique_and_carry_the_prefix(library: Library) -> None:
    prefix = library.document["prefix"]
    for table, key in KEYS.items():
        assert len(library.ids(table)) == len(library[table]), f"{table}: key used twice"
        assert "" not in library.ids(table), f"{table}: empty {key}"
    complain(library["projects"], lambda row: not re.fullmatch(rf"{prefix}-\d{{4}}", row["project_id"]))
    complain(library["targets"], lambda row: not re.fullmatch(rf"{prefix}-T\d{{2}}", row["target_id"]))
    complain(library["tasks"], lambda row: not row["task_id"].startswith(f"{prefix}-"))


def test_keys_are_unique_across_documents() -> None:
    present = [load(row["document_id"]) for row in DOCUMENTS]
    present = [library for library in present if library.folder.is_dir()]
    for table in KEYS:
        seen = [value for library in present for value in sorted(library.ids(table))]
        assert len(seen) == len(set(seen)), f"{table}: the same key in two documents"


@pytest.mark.parametrize(("table", "column", "target"), REFERENCES)
def test_references_resolve(library: Library, table: str, column: str, target: str) -> None:
    known = library.ids(target) | {""}
    complain(library[table], lambda row: row[column] not in known)


@pytest.mark.parametrize(("table", "column"), LISTS)
def test_listed_columns_hold_listed_values(library: Library, table: str, column: str) -> None:
    complain(library[table], lambda row: row[column] not in LISTS[table, column])


def test_names_are_unique_and_every_project_and_unit_is_used(library: Library) -> None:
    names = [row["name"] for row in library["projects"]]
    assert len(names) == len(set(names)), sorted({name for name in names if names.count(name) > 1})
    mentioned = {row["project_id"] for row in library["mentions"]}
    complain(library["projects"], lambda row: row["project_id"] not in mentioned)
    namings = [(row["project_id"], row["task_id"], row["printed_name"]) for row in library["mentions"]]
    assert len(namings) == len(set(namings)), "the same naming twice in one task"
    duties = [(row["task_id"], row["unit_id"]) for row in library["task_units"]]
    assert len(duties) == len(set(duties)), "the same unit twice in one task"


def test_places_of_records_are_told_with_their_basis(library: Library) -> None:
    projects = library["projects"]
    complain(projects, lambda row: bool(row["county_code"]) != bool(row["county_basis"]))
    complain(projects, lambda row: row["county_basis"] == "derived" and not row["county_source"])
    complain(projects, lambda row: row["county_code"] and row["candidates"])
    complain(projects, lambda row: bool(row["township_code"]) != bool(row["township_basis"]))
    complain(projects, lambda row: row["township_code"] and row["township_code"][:6] != row["county_code"])


def test_codes_lie_in_their_parents(library: Library) -> None:
    def outside(row: Row) -> bool:
        parent = row["prefecture_code"] or row["province_code"]
        stem = parent.rstrip("0").ljust(2, "0")
        stem = stem if len(stem) <= 2 else parent[:4]
        return not all(re.fullmatch(r"\d{6}", code) and code.startswith(stem) for code in area_codes(row))

    complain(library["projects"], outside)
    complain(
        library["projects"], lambda row: row["prefecture_code"][:2] not in {"", row["province_code"][:2]}
    )
    complain(library["projects"], lambda row: not re.fullmatch(r"(\d{9})?", row["township_code"]))
    complain(library["units"], lambda row: not re.fullmatch(r"\d{6}", row["area_code"]))
    complain(library["targets"], lambda row: not re.fullmatch(r"\d{6}", row["area_code"]))


def test_quantities_say_where_they_come_from(library: Library) -> None:
    projects = library["projects"]
    complain(projects, lambda row: not re.fullmatch(r"\d*", row["quantity"]))
    complain(projects, lambda row: row["quantity_basis"] != "unstated" and not row["quantity"])
    complain(projects, lambda row: row["quantity_basis"] == "unstated" and row["quantity"])


def test_phases_hang_on_their_project(library: Library) -> None:
    parent = {row["project_id"]: row["parent_id"] for row in library["projects"]}
    loops = [key for key, up in parent.items() if up and (up == key or parent[up])]
    assert not loops, f"a parent that is itself a child, or itself: {loops}"


def test_no_document_settles_more_than_its_year(library: Library) -> None:
    complain(library["projects"], lambda row: row["as_of_year"] != library.document["as_of_year"])


def test_targets_are_numbers(library: Library) -> None:
    number = re.compile(r"-?\d+(\.\d+)?")
    targets = library["targets"]
    assert targets
    complain(
        targets, lambda row: not number.fullmatch(row["value"]) or not row["unit"] or not row["indicator"]
    )
    complain(targets, lambda row: (row["operator"] == "range") != bool(row["value_high"]))
    complain(targets, lambda row: not re.fullmatch(r"(20\d\d)?", row["year"]))
    complain(targets, lambda row: not (row["task_id"] or row["section"]))


def test_researched_points_are_honest(library: Library) -> None:
    places = library["places"]
    home = {row["project_id"]: row["county_code"] for row in library["projects"]}
    complain(
        places, lambda row: home[row["project_id"]] not in {"", row["county_code"] or home[row["project_id"]]}
    )
    complain(places, lambda row: bool(row["lon"]) != bool(row["lat"]) or (row["lon"] and not row["datum"]))
    complain(
        places, lambda row: row["lon"] and not (73 < float(row["lon"]) < 136 and 3 < float(row["lat"]) < 54)
    )
    complain(places, lambda row: row["lon"] and row["datum"] == "unknown" and row["precision"] in {"1", "2"})
    complain(places, lambda row: not row["source"])
    complain(places, lambda row: not row["precision"] and (row["county_code"] or row["lon"]))


# --- against the printed documents


def test_names_are_printed(library: Library, text: str) -> None:
    complain(library["projects"], lambda row: row["name"] not in text)
    complain(library["aliases"], lambda row: row["kind"] == "printed" and row["alias"] not in text)
    known = {(row["project_id"], row["alias"]) for row in library["aliases"]}
    known |= {(row["project_id"], row["name"]) for row in library["projects"]}
    complain(library["mentions"], lambda row: (row["project_id"], row["printed_name"]) not in known)


def test_mentions_are_printed_in_their_section(library: Library, text: str) -> None:
    part = segments(library.document["document_id"])
    mentions = library["mentions"]
    complain(mentions, lambda row: row["printed_name"] not in row["quote"] or len(row["quote"]) > 120)
    complain(mentions, lambda row: row["quote"] not in part[row["task_id"]])
    complain(mentions, lambda row: row["status_words"] not in row["quote"])


def test_status_words_come_from_a_mention(library: Library, text: str) -> None:
    quotes: dict[str, str] = {}
    for row in library["mentions"]:
        quotes[row["project_id"]] = quotes.get(row["project_id"], "") + row["quote"]
    complain(library["projects"], lambda row: row["stage_words"] not in quotes[row["project_id"]])
    complain(library["projects"], lambda row: row["stage"] and not row["stage_words"])
    complain(library["projects"], lambda row: row["township"] not in quotes[row["project_id"]])


def test_task_headings_are_printed(library: Library, text: str) -> None:
    complain(library["tasks"], lambda row: row["category_of_document"] not in text)


def test_units_are_printed_in_their_section(library: Library, text: str) -> None:
    part = segments(library.document["document_id"])
    complain(library["task_units"], lambda row: squeeze(row["printed"]) not in squeeze(part[row["task_id"]]))
    known = {(row["unit_id"], row["alias"]) for row in library["unit_aliases"] if row["kind"] == "printed"}
    known |= {(row["unit_id"], row["name"]) for row in library["units"]}
    complain(library["task_units"], lambda row: (row["unit_id"], row["printed"]) not in known)


def test_targets_are_printed(library: Library, text: str) -> None:
    part = segments(library.document["document_id"]) | {"": text}
    complain(library["targets"], lambda row: row["quote"] not in part[row["task_id"]])

    def unprinted(row: Row) -> bool:
        figures = {float(number) for number in re.findall(r"\d+(?:\.\d+)?", row["quote"])}
        spelled = any(word in row["quote"] for word in SPELLED.get(row["value"], []))
        return not spelled and float(row["value"]) not in figures

    complain(library["targets"], unprinted)


def test_documented_counties_are_named(library: Library, text: str) -> None:
    """A county called `documented` has its short name in the record's name or in a quoted sentence."""
    census = read_csv(shared("reference", "census_2020.csv"))
    short = {row["code"]: re.sub(r"(.族|各族)*自治县$|(?<=..)[县市区]$", "", row["name"]) for row in census}
    quotes: dict[str, str] = {}
    for row in library["mentions"]:
        quotes[row["project_id"]] = quotes.get(row["project_id"], "") + row["quote"]

    def unnamed(row: Row) -> bool:
        county = short.get(row["county_code"], "?")[:2]
        return row["county_basis"] == "documented" and county not in quotes[row["project_id"]]

    complain(library["projects"], unnamed)


def test_township_codes_exist_and_fit_their_county(library: Library) -> None:
    known = {row["code"] for row in read_csv(shared("reference", "townships.csv"))} | {""}
    complain(library["projects"], lambda row: row["township_code"] not in known)
    complain(library["places"], lambda row: row["township_code"] not in known)
    complain(library["places"], lambda row: row["township_code"][:6] not in {"", row["county_code"]})


def test_county_codes_exist(library: Library) -> None:
    known = {row["code"] for row in read_csv(shared("reference", "census_2020.csv"))}
    complain(library["projects"], lambda row: not known.issuperset(area_codes(row)))
    complain(library["zones"], lambda row: not known.issuperset(row["county_codes"].split()))


def test_the_village_clinics_are_one_programme() -> None:
    library = load("sg2016")
    if not library.folder.is_dir():
        pytest.skip("library folder not written yet: shaoguan_2016")
    clinics = [row for row in library["projects"] if row["quantity"] == "831"]
    assert len(clinics) == 1
    expected = {
        "kind": "programme",
        "quantity_basis": "stated",
        "delivery_mode": "公建民营",
        "county_code": "",
    }
    assert {key: clinics[0][key] for key in expected} == expected
