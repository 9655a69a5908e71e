"""Attacks on the office's week: matters, directories, findings, Monday lists, projects shown, files.

County B keeps to itself what strangers try to read, change, block or put into others' mouths.
"""

import io
import json
import secrets
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from data.cluster import Cluster
from data.database import Database
from data.exports.matters import MatterExport, matters_book
from data.exports.request import ExportRequest
from data.settings import Settings
from data.store.directories.adapter import PostgisDirectories
from data.store.matters.adapter import PostgisMatters
from projects.directories.model import Verdict
from projects.directories.ports import EntriesAsked
from projects.errors import BadValue, NotAllowed
from projects.filters import ProjectFilter
from projects.matters.meetings import MeetingDraft
from projects.matters.model import MatterDraft, MatterKind
from projects.matters.ports import Asked
from services import minutes_document
from tests.db import making
from tests.db.copies import copy_of
from tests.db.test_access import CITY, A, B, World
from tests.db.test_access_changes import filed

pytestmark = pytest.mark.db
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def world(cluster: Cluster, library_database: Database) -> Iterator[World]:
    with copy_of(cluster, library_database) as database:
        yield World(database)


def written(world: World, who: str, statement: str, **values: Any) -> Any:
    """Run one statement as an account and keep what it did."""
    with world.database.writing(world.token[who]) as connection:
        return connection.scalar(text(statement), values)


# ---- the Monday list: nobody stops it, nobody takes another's round or rewrites what came back ----

SUBMIT = "SELECT job_submit('monday', 'x', CAST(:said AS jsonb))"


@pytest.mark.parametrize("day", ["2999-01-01", "garbage", "", "2026-02-31"])
@pytest.mark.parametrize("who", ["viewer", "a", "city"])
def test_nobody_stops_the_schedule_by_a_job_that_claims_its_day(world: World, who: str, day: str) -> None:
    written(world, who, SUBMIT, said=json.dumps({"scheduled_for": day}))
    with world.database.owning() as connection, connection.begin_nested() as undone:
        assert connection.scalar(text("SELECT monday_order(DATE '2026-11-23', 'x')")) is not None
        undone.rollback()


KEEP = "SELECT monday_keep(CAST(:wanted AS jsonb), CAST(:listed AS jsonb))"


def keep(unit: str, **more: Any) -> dict[str, str]:
    wanted = {"made_on": "2026-11-23", "folder": secrets.token_hex(16), **more}
    return {
        "wanted": json.dumps(wanted),
        "listed": json.dumps([{"unit_id": unit, "unit_name": "x", "failure": "x"}]),
    }


def test_a_round_takes_no_job_of_others(world: World) -> None:
    """Otherwise one round by SQL would keep the numbers of all the jobs to come."""
    theirs = written(world, "admin", SUBMIT, said="{}")
    own = written(world, "other", SUBMIT, said="{}")
    for job in (theirs, theirs + 1000):
        made = written(world, "other", KEEP, **keep("431003", job_id=job))
        assert world.scalar("admin", "SELECT job_id FROM monday_round WHERE id = :key", key=made) is None
    made = written(world, "other", KEEP, **keep("431003", job_id=own))
    assert world.scalar("admin", "SELECT job_id FROM monday_round WHERE id = :key", key=made) == own
    assert written(world, "admin", KEEP, **keep(A, job_id=theirs)) is not None


RETURNED = "SELECT monday_returned(:mark, :unit, :job, :filed, 1, 1)"


def sheet(world: World, unit: str) -> dict[str, Any]:
    """Make a sheet of a unit as its owner would."""
    with world.database.owning() as connection:
        row = connection.execute(
            text(
                "WITH made AS (INSERT INTO monday_round (made_on, made_by, folder)"
                " VALUES ('2026-11-23', 'x', md5(gen_random_uuid()::text)) RETURNING id)"
                " INSERT INTO monday_sheet (round_id, unit_id, unit_name, mark, file)"
                " SELECT id, :unit, 'x', left(md5(gen_random_uuid()::text), 16), '0001.xlsx' FROM made"
                " RETURNING id, mark"
            ),
            {"unit": unit},
        ).one()
    return dict(row._mapping)


def test_what_came_back_stays_as_whoever_filed_it_told(world: World) -> None:
    """A colleague, or the same person once more, puts no other set of changes under the note of the first."""
    made = sheet(world, B)
    set_of = {who: filed(world, who, B, world.record[f"{B} open"])[0] for who in ("b", "city")}
    told = "SELECT change_set_id FROM monday_event WHERE sheet_id = :key"
    assert written(world, "b", RETURNED, mark=made["mark"], unit=B, job=7, filed=set_of["b"])
    again = filed(world, "b", B, world.record[f"{B} open"])[0]
    for who, change_set in (("city", set_of["city"]), ("b", again)):
        written(world, who, RETURNED, mark=made["mark"], unit=B, job=7, filed=change_set)
        assert world.names("b", told, key=made["id"]) == {set_of["b"]}
    assert world.names("b", "SELECT noted_by FROM monday_event WHERE sheet_id = :key", key=made["id"]) == {
        "who-b"
    }


def test_the_mark_of_another_unit_brings_nothing_back(world: World) -> None:
    theirs = sheet(world, B)
    for who, unit in (("a", A), ("a", B), ("other", B), ("viewer", B), ("city", A)):
        assert written(world, who, RETURNED, mark=theirs["mark"], unit=unit, job=None, filed=None) is None
    assert world.scalar("b", "SELECT count(*) FROM monday_event WHERE sheet_id = :key", key=theirs["id"]) == 0


@pytest.mark.parametrize("name", ["../../x.xlsx", "..\\x.xlsx", "/etc/x.xlsx"])
def test_a_workbook_of_a_round_goes_into_no_other_folder_of_an_archive(world: World, name: str) -> None:
    given = keep("431003")
    one = {"unit_id": "431003", "unit_name": "x", "file": "0001.xlsx", "mark": "0" * 16, "file_name": name}
    with pytest.raises(IntegrityError):
        written(world, "other", KEEP, wanted=given["wanted"], listed=json.dumps([one]))


# ---- projects shown at a meeting ----

SHOW = (
    "INSERT INTO promotion_shown (entry_id, project_id, version, outcome, withdrawn)"
    " VALUES (:entry, :project, :version, 'signed', :gone) RETURNING version"
)


def test_the_unit_of_a_project_does_not_change_the_list_of_the_citys_meeting(world: World) -> None:
    entry = written(
        world,
        "city",
        "INSERT INTO promotion_event (kind, unit_id, area_code, counterpart)"
        " VALUES ('roadshow', :unit, :unit, 'x')"
        " RETURNING entry_id",
        unit=CITY,
    )
    given = {"entry": entry, "project": world.record[f"{B} open"]}
    written(world, "city", SHOW, **given, version=1, gone=False)
    assert written(world, "b", SHOW, **given, version=2, gone=False) == 2, "what came of it"
    world.refused("b", SHOW, **given, version=3, gone=True)
    written(world, "city", SHOW, **given, version=3, gone=True)
    world.refused("b", SHOW, **given, version=4, gone=False)
    for who in ("a", "other", "viewer", "fresh"):
        world.refused(who, SHOW, **given, version=4, gone=True)
    assert written(world, "admin", SHOW, **given, version=4, gone=False) == 4


# ---- files ----


def test_a_file_is_taken_off_now_and_stays_off(world: World) -> None:
    matter = written(world, "b", RAISE, **draft(B))
    put = (
        "INSERT INTO office_file (subject_kind, subject_id, file_name, media_type, size_bytes, sha256,"
        " uploaded_by) VALUES ('matter', :key, 'x.pdf', 'application/pdf', 1, repeat('0', 64), 'who-b')"
        " RETURNING id"
    )
    key = written(world, "b", put, key=matter)
    off = "UPDATE office_file SET removed_at = CAST(:day AS timestamptz) WHERE id = :key RETURNING true"
    for who in ("a", "other", "viewer"):
        assert written(world, who, off, day="2020-01-01", key=key) is None, who
    assert written(world, "b", off, day="2020-01-01", key=key)
    when = "SELECT removed_at > now() - interval '1 hour' FROM office_file WHERE id = :key"
    assert world.scalar("b", when, key=key) is True
    written(world, "b", off, day=None, key=key)
    assert world.scalar("b", when, key=key) is True, "not back as if nothing had been"


# ---- matters: hidden records, strangers, forged words ----

RAISE = "SELECT raise_matter(CAST(:draft AS jsonb))"


def draft(unit: str, **more: Any) -> dict[str, str]:
    """Return a matter of a unit about its own area."""
    said = {"kind": "land", "title": "x", "area_code": unit, "raised_unit": unit, "lead_unit": unit}
    return {"draft": json.dumps(said | more)}


def test_a_matter_opens_no_record_that_one_may_not_see(world: World) -> None:
    """Neither its name, nor its place, nor whether there is one."""
    for state in ("hidden", "deleted", "merged"):
        key = world.record[f"{B} {state}"]
        for project in (key, "SG-999999"):
            with pytest.raises(IntegrityError, match="unknown_record") as caught:
                written(world, "a", RAISE, **draft(A, project_id=project))
            assert B not in str(caught.value)
    mine = written(world, "a", RAISE, **draft(A, project_id=world.record[f"{B} open"]))
    change = "SELECT change_matter(:key, 1, CAST(:draft AS jsonb), 'x')"
    with pytest.raises(IntegrityError, match="unknown_record"):
        written(world, "a", change, key=mine, **draft(A, project_id=world.record[f"{B} hidden"]))


def test_the_survivor_of_a_merger_does_not_show_its_name_to_whoever_may_not_see_it(world: World) -> None:
    with world.database.owning() as connection:
        gone = making.project(connection, owner_unit_id=A, county_code=A, name="公开的")
        kept = making.project(connection, owner_unit_id=B, county_code=B, name="ZZSECRETZZ", published=False)
    key = written(world, "a", RAISE, **draft(A, project_id=gone))
    with world.database.owning() as connection:
        making.change(connection, gone, merged_into_id=kept)
    matter, history = PostgisMatters(world.database, world.token["a"]).get(key, TODAY)
    assert "ZZSECRETZZ" not in repr((matter, history))
    assert "ZZSECRETZZ" in repr(PostgisMatters(world.database, world.token["b"]).get(key, TODAY))


# ---- hostile text and addresses ----

HOSTILE = "<script>alert(1)</script> =1+1 ${x} {{7*7}} **粗** \u202e \x01\x0b\ufffe '; DROP TABLE matter; --"
WORDS = ("'", '"', "%", "_", "\\", "\x01", ":today", "%(x)s", "{0}", "a\ufffe", "9" * 40, "٣", "²", "#²")


@pytest.mark.parametrize("words", WORDS)
def test_words_and_codes_of_an_address_are_values(world: World, words: str) -> None:
    """Whatever stands in an address finds nothing, and neither breaks a page nor the database."""
    matters = PostgisMatters(world.database, world.token["b"])
    for asked in (Asked(words=words), Asked(unit_id=words), Asked(project_id=words)):
        matters.page(asked, TODAY)
        matters.by_unit(asked, TODAY)
    matters.units(words, within=words)
    for chosen in ({"county": (words,)}, {"ids": (words,)}):
        try:
            matters.counts(Asked(ProjectFilter.model_validate(chosen)), TODAY)
        except ValidationError:
            continue
    directories = shelf(world, "b")
    directories.editions(words, words)
    directories.lines_of(words)


def shelf(world: World, who: str) -> PostgisDirectories:
    return PostgisDirectories(world.database, world.token[who], Settings(data_dir=Path("no-such-folder")))


def test_hostile_text_of_a_matter_stays_text_in_every_file(world: World) -> None:
    matters = PostgisMatters(world.database, world.token["b"])
    said = HOSTILE + " " + HOSTILE
    key = matters.raise_matter(
        MatterDraft(kind=MatterKind.LAND, title=HOSTILE, detail=said, area_code=B, raised_unit=B, lead_unit=B)
    )
    matters.reply(key, said)
    meeting = matters.call_meeting(
        MeetingDraft(title=HOSTILE, unit_id=B, place=HOSTILE, attendees=said, note=said)
    )
    matters.put_on_agenda(meeting, [key])
    matters.decide(meeting, key, said, None)
    request = ExportRequest.of(Settings(data_dir=Path("no-such-folder")), ProjectFilter())
    held = matters.meeting(meeting, TODAY)
    name = minutes_document.file_name(held, request)
    assert not set(name) & set('<>:"/\\|?*\x01\u202e\ufffe')
    read = docx.Document(io.BytesIO(minutes_document.document(held, request)))
    assert any("<script>" in one.text for one in read.paragraphs)
    found = matters.page(Asked(), TODAY)
    given = MatterExport(found.items, found.counts, matters.by_unit(Asked(), TODAY), TODAY)
    file = openpyxl.load_workbook(io.BytesIO(matters_book(world.library, request, given, str)))
    cells = [cell for sheet in file for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any("DROP TABLE" in str(cell.value) for cell in cells)
    assert {cell.data_type for cell in cells} <= {"s", "n"}, "no formula"


# ---- directories: hidden records, contacts, definitions and cells that no page of ours wrote ----

START = "SELECT directory_start(:key, CAST(:made AS jsonb), :unit, 'x', '2026-01-01', NULL, '{}')"
PUT = "SELECT directory_put(:key, CAST(:lines AS jsonb))"
LINE: dict[str, Any] = {
    "key": None,
    "cells": {},
    "contacts": {},
    "lon": None,
    "lat": None,
    "precision": 0,
    "datum_entered": "",
    "coordinates_entered": "",
    "county_code": "",
    "doubt": "",
    "project_ids": [],
}
MADE = {
    "key": "attack",
    "zh": HOSTILE,
    "en": HOSTILE,
    "columns": [
        {"name": "name", "type": "text", "zh": HOSTILE, "en": HOSTILE},
        {"name": "site", "type": "url", "zh": "网址", "en": "Site"},
        {"name": "area", "type": "area_m2", "zh": "面积", "en": "Area"},
        {"name": "kind", "type": "choice", "zh": "类", "en": "Kind", "choices": ["甲", HOSTILE]},
        {"name": "tel", "type": "text", "zh": "电话", "en": "Telephone", "contact": True},
        {"name": "record", "type": "project", "zh": "项目", "en": "Record"},
    ],
    "computed": [
        {
            "name": "big",
            "zh": HOSTILE,
            "en": HOSTILE,
            "source": HOSTILE,
            "conditions": [{"column": "area", "test": "at_least", "value": "2000"}],
        }
    ],
    "title_column": "name",
}


def listing(world: World, who: str, unit: str, key: str, made: Any, **line: Any) -> int:
    """Publish a directory of one line by SQL, whatever is in it."""
    given = {"key": key, "made": json.dumps(made), "unit": unit}
    edition = int(written(world, who, START, **given))
    written(world, who, PUT, key=edition, lines=json.dumps([LINE | line]))
    written(world, who, "SELECT directory_publish(:key, 2)", key=edition)
    return edition


@pytest.mark.parametrize("made", [{}, [], {"key": 1}, MADE | {"columns": []}, MADE | {"title_column": "z"}])
def test_an_edition_that_no_page_made_breaks_no_card_and_no_list(world: World, made: Any) -> None:
    """One county's broken edition names a record of another: that record's card stays whole."""
    theirs = world.record[f"{B} open"]
    sound = listing(world, "a", A, f"sound_{secrets.token_hex(4)}", MADE, project_ids=[theirs])
    broken = listing(world, "a", A, f"broken_{secrets.token_hex(4)}", made, project_ids=[theirs])
    for who in ("", "b", "admin"):
        assert sound in {line.head.id for line in shelf(world, who).lines_of(theirs)}
        assert broken in {head.id for head in shelf(world, who).editions()}
        for read in (
            lambda: shelf(world, who).edition(broken),  # noqa: B023 - called at once
            lambda: shelf(world, who).entries(broken, EntriesAsked()),  # noqa: B023
            lambda: shelf(world, who).workbook(broken, "", "zh"),  # noqa: B023
        ):
            with pytest.raises(BadValue):
                read()


HUGE = ("1e999999", "NaN", "9" * 400, "-", "Infinity", [1], {"a": 1}, True, None, 10**30, "２０００", "")


@pytest.mark.parametrize("value", HUGE)
def test_a_cell_that_is_none_breaks_no_list_and_no_file(world: World, value: Any) -> None:
    cells = {"name": HOSTILE, "site": "javascript:alert(1)", "area": value, "kind": value}
    key = f"cells_{secrets.token_hex(4)}"
    edition = listing(world, "a", A, key, MADE, cells=cells, contacts={"tel": value}, project_ids=["x"])
    for who in ("", "a"):
        port = shelf(world, who)
        for verdict in Verdict:
            port.entries(edition, EntriesAsked(flags={"big": verdict}))
        port.entries(edition, EntriesAsked(words="甲 '; %", choices={"kind": ("甲",)}))
        held = port.entries(edition, EntriesAsked())
        assert (held.matched == 1 and held.items[0].flags["big"] is not Verdict.YES) or value == 10**30
        book, name = port.workbook(edition, "", "zh")
        assert not set(name) & set('<>:"/\\|?*\u202e')
        sheets = openpyxl.load_workbook(io.BytesIO(book))
        kinds = {one.data_type for sheet in sheets for row in sheet.iter_rows() for one in row}
        assert kinds <= {"s", "n"}
        json.loads(port.geojson(edition, "en")[0])
        port.lines_of("x")


def test_nobody_reads_contacts_by_looking_for_them(world: World) -> None:
    line = {"cells": {"name": "x"}, "contacts": {"tel": "13800000000"}}
    edition = listing(world, "a", A, "contact_attack", MADE, **line)
    nobody = shelf(world, "")
    assert nobody.entries(edition, EntriesAsked()).items[0].cells == {"name": "x"}
    assert nobody.entries(edition, EntriesAsked(words="138")).matched == 0
    for content, _ in (nobody.workbook(edition, "", "zh"), nobody.geojson(edition, "zh")):
        assert b"13800000000" not in content
    book = openpyxl.load_workbook(io.BytesIO(nobody.workbook(edition, "", "zh")[0]))
    assert "13800000000" not in repr([list(sheet.values) for sheet in book])
    for query in ("SELECT contacts FROM directory_entry", "SELECT created_by FROM directory"):
        with pytest.raises(NotAllowed):
            world.scalar("", query)


def test_a_directory_does_not_tell_the_name_of_a_record_that_is_hidden(world: World) -> None:
    with world.database.owning() as connection:
        key = making.project(connection, owner_unit_id=B, county_code=B, name="ZZSECRETZZ", published=False)
    edition = listing(world, "a", A, "names", MADE, cells={"record": key}, project_ids=[key])
    for who in ("", "a", "viewer", "other"):
        port = shelf(world, who)
        said = repr((port.entries(edition, EntriesAsked()), port.lines_of(key)))
        assert "ZZSECRETZZ" not in said
        assert b"ZZSECRETZZ" not in port.geojson(edition, "zh")[0]
    assert "ZZSECRETZZ" in repr(shelf(world, "b").entries(edition, EntriesAsked()))


# ---- units that were merged ----


def test_a_list_made_for_a_unit_that_was_merged_since_comes_back_from_its_successor(world: World) -> None:
    """And nobody else: the successor alone answers for it."""
    old, new = "sg-health", "sg-civil"
    made = sheet(world, old)
    with world.database.owning() as connection:
        token = making.token_of(connection, "who-successor", "editor", unit_id=new)
    world.token["successor"] = token
    given = {"mark": made["mark"], "job": None, "filed": None}
    assert written(world, "successor", RETURNED, unit=new, **given) is None
    written(world, "admin", "SELECT merge_unit(:old, :new, DATE '2019-03-01', 'x')", old=old, new=new)
    for who in ("a", "b", "other", "viewer"):
        assert written(world, who, RETURNED, unit=new, **given) is None
    assert written(world, "successor", RETURNED, unit=new, **given) is not None


def test_nobody_but_an_administrator_makes_himself_a_successor(world: World) -> None:
    merge = "SELECT merge_unit('sg-civil', 'sg-reform', DATE '2019-03-01', 'x')"
    for who in ("a", "b", "city", "other", "viewer", "successor"):
        world.refused(who, merge)
        for statement in (
            "UPDATE unit SET successor_id = 'sg-civil'",
            "UPDATE owner_unit SET name = 'x'",
            "INSERT INTO unit_change (unit_id, kind, old_name, new_name, since, source, made_by)"
            " VALUES ('sg-civil', 'renamed', 'x', 'yy', '2019-01-01', 'x', 'who-admin')",
            "SELECT note_unit_merge('who-admin', 'sg-civil', 'sg-reform', DATE '2019-03-01', 'x')",
            "UPDATE account SET unit_id = 'sg-civil'",
        ):
            world.refused(who, statement)
