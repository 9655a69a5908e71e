"""Forged addresses: every page of the office on the real desk, asked for what belongs to another county."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from data import wiring
from data.cluster import Cluster
from data.database import Database
from data.settings import Settings
from data.store import owner_units
from data.store.desk import PostgisDesk
from data.store.library import PostgisLibrary
from data.store.sessions import Doorkeeper
from projects.filing.changes import Entry, FieldChange, Kind, Operation, Request
from projects.identity import NOBODY, Identity
from tests.db import making
from tests.db.copies import copy_of
from tests.db.test_access import CITY, A, B, World
from tests.ui.office import draw_page, html
from views import main, rooms, shell
from views.i18n import translator
from views.who import Who

pytestmark = pytest.mark.db
SECRET, PHONE = "ZZSECRETZZ", "13800000000"
PACK_OF_B = f"""
    INSERT INTO pack (title, folder, records, language, files, account_id, expires_at)
    SELECT '{SECRET}', md5('b'), 1, 'zh', '[]', id, now() + interval '1 day' FROM account WHERE name = 'who-b'
    RETURNING id
"""
STRANGE = (
    "'; DROP TABLE project; --",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "9" * 30,
    "-1",
    "\u202e",
    "%00",
    "x\0y",
)


@pytest.fixture(scope="module")
def world(cluster: Cluster, library_database: Database) -> Iterator[World]:
    """B's hidden, deleted and merged records bear one name; a queued set, a draft and a job of B do, too."""
    with copy_of(cluster, library_database) as database:
        made = World(database)
        with database.owning() as connection:
            for state in ("hidden", "deleted", "merged"):
                making.change(
                    connection,
                    made.record[f"{B} {state}"],
                    name=SECRET,
                    note=SECRET,
                    address=SECRET,
                    prefecture_code=CITY,
                    province_code="440000",
                )
        desk = PostgisDesk(database, made.token["b"])
        asked = FieldChange("note", SECRET, f"{SECRET} 新")
        hidden = made.record[f"{B} hidden"]
        made.record["set"] = str(
            desk.file(
                Request(Kind.FORM, SECRET, B, SECRET, (Entry(Operation.UPDATE, hidden, 1, (asked,), SECRET),))
            ).id
        )
        desk.save_draft(hidden, 1, {"note": SECRET})
        with database.owning() as connection:
            made.record["job"] = str(
                connection.scalar(
                    text(
                        "INSERT INTO job (kind, title, arguments, account_id, state, message)"
                        " SELECT 'import_preview', 'ZZSECRETZZ',"
                        " '{}', id, 'failed', 'ZZSECRETZZ' FROM account WHERE name = 'who-b'"
                        " RETURNING id"
                    )
                )
            )
            made.record["pack"] = str(connection.scalar(text(PACK_OF_B)))
        figures_of(made)
        yield made


def figures_of(world: World) -> None:
    """File of B what waits: a plan with a hidden record, a visit, a figure; publish a plan of A."""
    proposal = (
        "SELECT propose_edition('rolling_plan', :unit, 2026, :said, :said, '', NULL, ARRAY[:key],"
        " ARRAY[:said], '{}', '{}', '{}')"
    )
    visit = (
        "INSERT INTO promotion_event (kind, unit_id, project_id, counterpart, result, next_step, detail)"
        " VALUES ('lead', :unit, :key, :said, :said, :said, :said) RETURNING entry_id"
    )
    figure = (
        "SELECT report_id FROM file_indicator(:unit, 'zhiweibing_centre_share', :unit, NULL,"
        " DATE '2020-12-31', 50, NULL, NULL, :said)"
    )
    with world.database.owning() as connection:
        key = making.project(connection, county_code=B, owner_unit_id=B)
    given = {"unit": B, "said": SECRET, "key": key}
    for name, statement in {"edition": proposal, "visit": visit, "figure": figure}.items():
        with world.database.writing(world.token["b"]) as connection:
            world.record[name] = str(connection.scalar(text(statement), given))
    with world.database.owning() as connection:
        making.change(connection, key, name=SECRET, published=False)
    mine = {"unit": A, "said": "x", "key": world.record[f"{A} open"]}
    with world.database.writing(world.token["city"]) as connection:
        world.record["public edition"] = str(connection.scalar(text(proposal), mine))
        connection.execute(text(f"SELECT decide_edition({world.record['public edition']}, true, 'x')"))


@pytest.fixture
def joined(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[Settings]:
    """The app's own wiring over this database."""
    settings = Settings(data_dir=tmp_path)
    monkeypatch.setattr(wiring, "database", cache(lambda: world.database))
    monkeypatch.setattr(wiring, "library", cache(lambda: PostgisLibrary(world.database)))
    monkeypatch.setattr(wiring, "doorkeeper", cache(lambda: Doorkeeper(world.database, 8)))
    for module in (shell, main):
        monkeypatch.setattr(module, "load", lambda: settings)
    monkeypatch.setattr("data.settings.load", lambda: settings)
    shell._tools.cache_clear()
    yield settings
    shell._tools.cache_clear()


def everything(at: AppTest) -> str:
    """Return all that a page sent to the browser, tables and options included."""
    return "".join(str(getattr(node, "proto", "")) for part in (at.main, at.sidebar) for node in leaves(part))


def leaves(node: Any) -> Iterator[Any]:
    yield node
    for child in getattr(node, "children", {}).values():
        yield from leaves(child)


def visited(world: World, who: str, page: str, **params: str) -> tuple[AppTest, str]:
    token = world.token[who]
    identity: Identity = wiring.doorkeeper().identity(token) if token else NOBODY
    at = AppTest.from_function(draw_page, default_timeout=60)
    at.session_state["page"], at.session_state["language"] = page, "zh"
    at.session_state["shell"] = shell.open_shell("zh", token, identity)
    for name, value in params.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception, (page, params)
    return at, everything(at)


ADDRESSES: tuple[tuple[str, dict[str, str]], ...] = (
    ("editing.edit_page", {"id": "hidden"}),
    ("editing.edit_page", {"id": "deleted"}),
    ("editing.edit_page", {"id": "merged"}),
    ("editing.edit_page", {"new": "1", "unit": B}),
    ("editing.history", {"history": "hidden"}),
    ("editing.history", {"history": "deleted"}),
    ("editing.merge_page", {"id": "hidden"}),
    ("editing.merge_page", {"id": "mine", "with": "hidden"}),
    ("editing.merge_page", {"id": "hidden", "with": "mine"}),
    ("review.review_page", {"set": "set"}),
    ("review.review_page", {"unit": B}),
    ("editing.bulk_page", {"unit": B}),
    ("office.clinics_page", {"unit": B}),
    ("office.claims", {"unit": B}),
    ("office.home_page", {"unit": B}),
    ("intake.import_page", {"job": "job"}),
    ("intake.import_page", {"unit": B}),
    ("map.map_page", {"id": "hidden"}),
    *(
        ("money.funding_page", {"ids": "every", "show": one})
        for one in ("reported", "gap", "map", "projects")
    ),
    ("money.funding_page", {"owner": B, "show": "projects"}),
    ("packs.packs_page", {"pack": "pack"}),
    ("packs.packs_page", {"job": "job"}),
    ("packs.packs_page", {"ids": "every", "for": "inside", "scope": "basket"}),
    *(("lifecycle.dispatch_page", {"ids": "every", "show": show}) for show in ("lights", "steps", "clashes")),
    ("lifecycle.dispatch_page", {"by": "unit", "of": B, "show": "steps", "list": "never"}),
    ("plans.rolling_page", {"edition": "edition"}),
    ("plans.rolling_page", {"edition": "public edition", "against": "edition"}),
    ("plans.rolling_page", {"area": B, "show": "make"}),
    ("plans.catalogue_page", {"edition": "edition"}),
    ("plans.catalogue_page", {"area": B, "show": "make"}),
    ("promotion.promotion_page", {"tab": "opportunities", "ids": "every"}),
    ("promotion.promotion_page", {"tab": "compare", "compare": "every"}),
    ("promotion.promotion_page", {"tab": "events", "entry": "visit"}),
    ("promotion.promotion_page", {"tab": "events", "about": "hidden"}),
    ("promotion.promotion_page", {"tab": "funnel", "county": B}),
    ("targets.targets_page", {"view": "beds", "of": B}),
    ("targets.targets_page", {"area": B, "unit": B}),
    ("targets.indicators_page", {"area": B, "indicator": "zhiweibing_centre_share", "year": "2020"}),
    ("scores.scores_page", {"by": "unit", "of": B, "at": B}),
    ("scores.scores_page", {"ids": "every"}),
)


FOR_ALL = ("map", "money", "packs", "lifecycle", "plans", "promotion", "targets", "scores")
"""Pages that open without signing in."""
STATES = ("hidden", "deleted", "merged", "open")


def address_of(world: World, asked: dict[str, str]) -> dict[str, str]:
    known = {state: world.record[f"{B} {state}"] for state in ("hidden", "deleted", "merged")}
    known |= {"mine": world.record[f"{A} open"], "every": ",".join(world.record[f"{B} {s}"] for s in STATES)}
    known |= {
        name: world.record[name] for name in ("set", "job", "pack", "edition", "public edition", "visit")
    }
    return {name: known.get(value, value) for name, value in asked.items()}


@pytest.mark.parametrize(("page", "asked"), ADDRESSES, ids=str)
def test_no_address_shows_what_another_county_keeps_to_itself(
    world: World, joined: Settings, page: str, asked: dict[str, str]
) -> None:
    before = fingerprint(world)
    for who in ("a", "viewer", *([""] if page.split(".", maxsplit=1)[0] in FOR_ALL else [])):
        _, shown = visited(world, who, page, **address_of(world, asked))
        assert SECRET not in shown, (who, page, asked)
    assert fingerprint(world) == before, "looking changes nothing"


@pytest.mark.parametrize(
    ("page", "asked"),
    [
        ("editing.edit_page", {"id": "hidden"}),
        ("editing.history", {"history": "hidden"}),
        ("review.review_page", {"set": "set"}),
        ("intake.import_page", {"job": "job"}),
        ("packs.packs_page", {"pack": "pack"}),
        ("plans.rolling_page", {"edition": "edition"}),
        ("promotion.promotion_page", {"tab": "events"}),
        ("targets.indicators_page", {}),
    ],
    ids=str,
)
def test_the_countys_own_people_see_it_there(
    world: World, joined: Settings, page: str, asked: dict[str, str]
) -> None:
    """Else the test above would pass on a page that shows nothing at all."""
    assert SECRET in visited(world, "b", page, **address_of(world, asked))[1]


def fingerprint(world: World) -> Any:
    with world.database.owning() as connection:
        return connection.execute(
            text(
                "SELECT (SELECT max(id) FROM history), (SELECT max(id) FROM change_set),"
                " (SELECT count(*) FROM draft),"
                " (SELECT max(id) FROM job), (SELECT sum(version) FROM project),"
                " (SELECT count(*) FROM edition), (SELECT count(*) FROM promotion_event),"
                " (SELECT count(*) FROM indicator_report)"
            )
        ).one()


LISTED = ("q", "ids", "county", "prefecture", "owner", "category", "promotion", "mode", "p")
FIGURES = {
    "money.funding_page": (*LISTED, "show"),
    "lifecycle.dispatch_page": (*LISTED, "show", "by", "day", "of", "list", "code", "year", "class"),
    "packs.packs_page": (*LISTED, "scope", "parts", "paper", "in", "for", "job", "pack"),
    "plans.rolling_page": (*LISTED, "edition", "against", "area", "show"),
    "plans.catalogue_page": (*LISTED, "edition", "against", "area", "show"),
    "promotion.promotion_page": (
        *LISTED,
        *["tab", "compare", "sort", "from", "to", "asof", "split", "kind", "about", "open", "entry"],
    ),
    "targets.targets_page": ("view", "of", "kind", "id", "document", "area", "year", "status", "unit"),
    "targets.indicators_page": ("area", "indicator", "year", "state", "unit", "p"),
    "scores.scores_page": (*LISTED, "by", "at", "of"),
}
"""Page of figures → the parameters that it reads."""


@pytest.mark.parametrize(
    "page",
    [
        "editing.edit_page",
        "editing.history",
        "editing.merge_page",
        "review.review_page",
        "editing.bulk_page",
        "office.clinics_page",
        "office.claims",
        "office.home_page",
        "intake.import_page",
        *FIGURES,
    ],
)
def test_strange_addresses_are_sentences(world: World, joined: Settings, page: str) -> None:
    before = fingerprint(world)
    for value in STRANGE:
        names = FIGURES.get(page, ("id", "with", "history", "set", "unit", "job", "new"))
        at, _ = visited(world, "a", page, **dict.fromkeys(names, value))
        assert "这一部分出错了" not in html(at), value
        for block in at.get("html"):
            assert "<script" not in str(block.proto.body).replace("<style>", "")
    assert fingerprint(world) == before


# ---- the doors of the pages ----


def enter() -> None:
    """Go through the door of a page as somebody; for ``AppTest.from_function``."""
    import streamlit as st

    from views import main, rooms
    from views.i18n import translator

    words = translator("zh")
    room = next(room for room in rooms.rooms(words) if room.path == st.session_state["room"])
    main._enter(room, "zh", st.session_state["here"], words)


def entered(room: str, here: Who) -> tuple[AppTest, str]:
    at = AppTest.from_function(enter, default_timeout=60)
    at.session_state["room"], at.session_state["here"], at.session_state["language"] = room, here, "zh"
    at.run()
    assert not at.exception
    return at, everything(at)


ROOMS = [room.path for room in rooms.rooms(translator("zh"))]


@pytest.mark.parametrize("room", ROOMS)
def test_where_nobody_reads_without_signing_in_every_page_is_a_gate(
    world: World, joined: Settings, monkeypatch: pytest.MonkeyPatch, room: str
) -> None:
    closed = joined.model_copy(update={"anonymous_reads": False})
    for module in (shell, main):
        monkeypatch.setattr(module, "load", lambda: closed)
    with world.database.owning() as connection:
        owner_units.set_policy(connection, False)
    try:
        at, shown = entered(room, Who())
        assert "SG-0" not in shown and not at.dataframe and not at.selectbox
    finally:
        with world.database.owning() as connection:
            owner_units.set_policy(connection, True)


FIGURE_ROOMS = [
    "packs",
    *("funding", "dispatch", "rolling", "promotion", "catalogue", "clusters", "coverage", "siting"),
    *("targets", "indicators", "scores"),
]
"""Rooms of public figures: open to everybody, as the map is."""


@pytest.mark.parametrize("room", FIGURE_ROOMS)
def test_without_signing_in_the_rooms_of_figures_offer_nothing_to_file(
    world: World, joined: Settings, room: str
) -> None:
    """They show what is public, with the filter of the map; no form, no editor, no upload, nobody's name."""
    at, shown = entered(room, Who())
    assert SECRET not in shown and PHONE not in shown and "who-" not in shown
    assert {one.key for one in at.text_input} <= {"f_q", "rolling_plan-text", "catalogue-text"}, "searching"
    assert not at.text_area and not at.get("file_uploader") and not at.get("arrow_data_editor")
    assert not at.get("form") and not {b.label for b in at.button} & {"提交", "保存", "审定", "公布"}


CLOSED_ROOMS = [room for room in ROOMS if room not in ("map", "sources", *FIGURE_ROOMS)]


@pytest.mark.parametrize("room", CLOSED_ROOMS)
def test_without_signing_in_no_page_of_the_office_opens(world: World, joined: Settings, room: str) -> None:
    at, shown = entered(room, Who())
    assert SECRET not in shown and PHONE not in shown and "who-" not in shown
    assert not at.text_input and not at.dataframe and not at.get("file_uploader")


@pytest.mark.parametrize("who", ["a", "b", "city", "viewer"])
def test_administration_is_closed_to_everybody_else(world: World, joined: Settings, who: str) -> None:
    here = Who(world.token[who], wiring.doorkeeper().identity(world.token[who]))
    at, shown = entered("accounts", here)
    assert "who-admin" not in shown and not at.text_input and not at.dataframe


def test_the_public_sees_no_contact_on_a_card(world: World, joined: Settings) -> None:
    key = world.record[f"{B} open"]
    _, shown = visited(world, "", "map.map_page", id=key)
    assert PHONE not in shown and "who-" not in shown
    assert key in shown, "the card is there"
