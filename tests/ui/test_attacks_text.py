"""Texts that mean something to a browser, a spreadsheet or a document, on every page and in every file."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from docx import Document
from sqlalchemy import text

from data.cluster import Cluster
from data.database import Database
from data.exports import dispatch, funding, promotion, scores, targets
from data.exports.editions import EditionExport, edition_book
from data.exports.request import ExportRequest, Language
from data.settings import Settings
from data.store.lifecycle.schedule import PostgisSchedule
from data.store.money.ledger import PostgisLedger
from data.store.plans import PostgisEditions
from data.store.promotion.promotion import PostgisPromotion
from data.store.scores.cards import PostgisScorecards
from data.store.targets import PostgisTargets
from projects.codes import MilestoneCode
from projects.filters import ProjectFilter
from projects.identity import NOBODY
from projects.lifecycle.dispatch import Reference
from projects.promotion.funnel import Ask
from projects.promotion.ports import EventsAsked
from projects.scores.scoring import ranked
from services import dispatch_document
from tests.db import making
from tests.db.copies import copy_of
from tests.db.test_access import CITY, A, World
from tests.ui import test_attacks as addresses
from tests.ui.test_attacks import leaves, visited
from views.i18n import translator
from views.promotion import compare_tab, print_sheet
from views.shell import open_shell
from views.targets import targets_page

pytestmark = pytest.mark.db
joined = addresses.joined

EVIL = "evil.example"
HOSTILE = (
    "<script>alert(1)</script>",
    f"<img src=x onerror=fetch('//{EVIL}')>",
    "${7*7} {{7*7}} %s {0} {name}",
    "=cmd|' /C calc'!A0",
    f'=HYPERLINK("http://{EVIL}","x")',
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\u202e右到左\u2066",
    "\x01\x0b\x1f\x7f\ufffe控制",
    f"![x](http://{EVIL}/p.png) [y](javascript:alert(1)) $\\alpha$ :red[z] `w`",
    "'; DROP TABLE project; --",
    "&lt;b&gt; ]]> <?xml?> \"'",
    "长" * 200,
)
LONG = "<zz>" + "长" * 10_000
WHEN = Reference(date(2026, 6, 30), 25)
ALL = ProjectFilter(county=(A,))


@pytest.fixture(scope="module")
def world(cluster: Cluster, library_database: Database) -> Iterator[World]:
    """Every hostile text in every text of a record, a visit, a figure and an edition of county A."""
    with copy_of(cluster, library_database) as database:
        made = World(database)
        keys = []
        with database.owning() as connection:
            for said in HOSTILE:
                keys.append(made.record.setdefault(said, _record(connection, said)))
        with database.writing(made.token["a"]) as connection:
            for key, said in zip(keys, HOSTILE, strict=True):
                connection.execute(text(VISIT), {"a": A, "key": key, "said": said})
        for n, said in enumerate(HOSTILE):
            with database.writing(made.token["a"]) as connection:
                given: dict[str, Any] = {"a": A, "said": said, "day": date(2000 + n, 12, 31)}
                made.record[f"figure {n}"] = str(connection.scalar(text(FIGURE), given))
        for kind in ("rolling_plan", "catalogue"):
            with database.writing(made.token["city"]) as connection:
                given = {"kind": kind, "a": A, "said": HOSTILE[0], "keys": keys, "why": list(HOSTILE)}
                made.record[kind] = str(connection.scalar(text(EDITION), given))
                decide = text(f"SELECT decide_edition({made.record[kind]}, true, :said)")
                connection.execute(decide, {"said": HOSTILE[1]})
        yield made


def _record(connection: Any, said: str) -> str:
    """Make a public record of A, open to capital, with a text in everything that holds one."""
    texts = dict.fromkeys(("name", "township", "cooperation", "key_lists", "address"), said)
    key = making.project(
        connection,
        **texts,
        note=LONG,
        county_code=A,
        owner_unit_id=A,
        prefecture_code=CITY,
        province_code="440000",
        open_to_capital="是",
        stage="前期",
        promotion_stage="签约",
        total_investment=9,
    )
    basis = {"project_id": key, "basis": "reported"}
    line = {**basis, "source": "其他", "status": "到位", "amount": 20, "source_note": said}
    making.insert(connection, "finance_line", line)
    making.insert(connection, "annual_plan", {**basis, "year": 2026, "amount": 3})
    for code in (MilestoneCode.COMMERCIAL_CLOSE, MilestoneCode.COMPLETION):
        days = {"planned_on": "2026-01-01"} | ({"actual_on": "2025-01-01"} if "ommerc" in code else {})
        making.insert(connection, "milestone", {**basis, "code": code, "title": said, **days})
    return key


VISIT = (
    "INSERT INTO promotion_event"
    " (kind, unit_id, project_id, counterpart, result, next_step, detail, next_due)"
    " VALUES ('lead', :a, :key, :said, :said, :said, :said, '2026-01-01')"
)
FIGURE = (
    "SELECT report_id FROM"
    " file_indicator(:a, 'zhiweibing_centre_share', :a, NULL, :day, 5, NULL, NULL, :said)"
)
EDITION = (
    "SELECT propose_edition(:kind, :a, 2026, :said, :said, :said, NULL, CAST(:keys AS text[]),"
    " CAST(:why AS text[]), '{}', '{}', '{}')"
)


# ---- pages ----

PAGES: tuple[tuple[str, dict[str, str]], ...] = (
    *(
        ("money.funding_page", {"show": one})
        for one in ["reported", "lines", "gap", "years", "map", "projects"]
    ),
    *(
        ("lifecycle.dispatch_page", {"show": one})
        for one in ["lights", "steps", "clashes", "classes", "keys"]
    ),
    ("lifecycle.dispatch_page", {"by": "unit", "of": A, "list": "overdue"}),
    ("plans.rolling_page", {"edition": "rolling_plan"}),
    ("plans.rolling_page", {"area": A, "show": "make"}),
    ("plans.catalogue_page", {"edition": "catalogue"}),
    ("plans.catalogue_page", {"area": A, "show": "make"}),
    ("promotion.promotion_page", {"tab": "opportunities"}),
    ("promotion.promotion_page", {"tab": "compare", "compare": "some"}),
    ("promotion.promotion_page", {"tab": "events"}),
    ("promotion.promotion_page", {"tab": "funnel", "from": "2025-01-01", "to": "2025-12-31"}),
    ("targets.targets_page", {"id": "SG-T05"}),
    ("targets.indicators_page", {}),
    ("scores.scores_page", {"at": A, "of": A}),
    ("scores.scores_page", {"by": "unit", "at": A, "of": A}),
)
TAGS = re.compile(r"<(script|img|iframe|zz)\b", re.IGNORECASE)
PLAIN = {"Html", "Dataframe", "Selectbox", "MultiSelect", "TextInput", "TextArea", "Block"}
"""Elements that show a text as it is (blocks only hold others); all the rest reads labels as Markdown."""


@pytest.mark.parametrize(("page", "asked"), PAGES, ids=str)
def test_no_page_takes_a_text_for_markup(
    world: World, joined: Settings, page: str, asked: dict[str, str]
) -> None:
    some = ",".join(world.record[said] for said in HOSTILE[:5])
    given = {n: {"some": some}.get(v, world.record.get(v, v)) for n, v in asked.items()}
    own = {} if page.startswith("targets.") else {"county": A}
    for who in ("", "a"):
        at, _ = visited(world, who, page, **own, **given)
        for block in at.get("html"):
            body = str(block.proto.body)
            assert not TAGS.search(body.replace("<style>", "")), body[:300]
            assert not re.search(r"<[^>]*\s(onerror|onclick|style)\s*=\s*['\"]?fetch", body)
        for node in (leaf for part in (at.main, at.sidebar) for leaf in leaves(part)):
            kind, held = type(getattr(node, "proto", None)).__name__, str(getattr(node, "proto", ""))
            if kind not in PLAIN:
                assert f"![x](http://{EVIL}" not in held and "](javascript" not in held, (kind, held[:300])
                assert "allow_html: true" not in held or not TAGS.search(held), held[:300]


def test_the_texts_are_on_the_pages(world: World, joined: Settings) -> None:
    """Else the test above would pass where nothing is shown."""
    for page, params in (
        ("money.funding_page", {"show": "projects"}),
        ("lifecycle.dispatch_page", {"show": "steps"}),
        ("plans.rolling_page", {"edition": world.record["rolling_plan"]}),
        ("promotion.promotion_page", {"tab": "events"}),
        ("targets.indicators_page", {}),
    ):
        assert "calc" in visited(world, "a", page, **params)[1], page


# ---- files ----


def books(world: World, who: str, language: Language) -> dict[str, bytes]:
    """Return every workbook of figures, made from the database."""
    given, say = (world.database, world.token[who]), translator(language)
    library = world.library.for_session(world.token[who]) if who else world.library
    request = ExportRequest(chosen=ALL, language=language, title=HOSTILE[3])
    offers, editions = PostgisPromotion(*given), PostgisEditions(*given)
    cards, board = PostgisScorecards(*given), PostgisTargets(*given)
    keys = [world.record[said] for said in HOSTILE][:10]
    funnel = offers.funnel(ALL, Ask(date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1)))
    plans = {
        kind: edition_book(
            editions, request, EditionExport(editions.edition(int(world.record[kind])), HOSTILE[4], say)
        )
        for kind in ("rolling_plan", "catalogue")
    }
    words = targets_page._words(open_shell(language, world.token[who], NOBODY))
    frame = targets.Frame(words, board.documents(), HOSTILE[3], "1", WHEN.today, HOSTILE[4])
    weights = cards.weights()
    return plans | {
        "funding": funding.funding(library, PostgisLedger(*given), request),
        "dispatch": dispatch.dispatch(library, PostgisSchedule(*given), request, WHEN, say),
        "opportunities": promotion.opportunities_book(
            library, request, offers.opportunities(ALL, limit=99), say
        ),
        "comparison": promotion.comparison_book(library, request, offers.sites(keys), say),
        "funnel": promotion.funnel_book(library, request, funnel),
        "scores": scores.scorecards_book(
            library, request, ranked(cards.by_unit(ALL).groups, weights), weights, units=True
        ),
        "targets": targets.workbook(board.board(WHEN.today), frame),
        **(
            {"visits": promotion.events_book(library, request, offers.events(ALL, EventsAsked()).items, say)}
            if who
            else {}
        ),
    }


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("who", ["", "a"])
def test_no_text_is_a_formula_a_link_or_broken_xml_in_a_workbook(
    world: World, joined: Settings, who: str, language: Language
) -> None:
    found = books(world, who, language)
    for name, content in found.items():
        parts = unpacked(content)
        sheets = [held for part, held in parts.items() if "worksheets/sheet" in part]
        assert not [part for part, held in parts.items() if "<f>" in held and "calc" in held], name
        formula = re.compile(r"<f>[^<]*(cmd|HYPERLINK|SUM\(1\)|1\+1|2\+3)")
        assert not [held for held in sheets if formula.search(held)], name
        links = "".join(held for part, held in parts.items() if part.endswith(".rels"))
        assert EVIL not in links and "javascript" not in links, name
        for sheet in openpyxl.load_workbook(io.BytesIO(content)):
            cells = [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
            assert not [cell.coordinate for cell in cells if EVIL in str(cell.value)], name
    for name in ("funding", "dispatch", "rolling_plan", "catalogue", "opportunities"):
        assert "calc" in "".join(unpacked(found[name]).values()), name


def unpacked(content: bytes) -> Mapping[str, str]:
    """Return the parts of an office file, each of which is sound XML; none lies outside of it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        assert not [name for name in names if ".." in name or name.startswith(("/", "\\"))]
        for name in names:
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(archive.read(name))
        return {name: archive.read(name).decode("utf-8", "replace") for name in names}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_of_a_unit_is_a_sound_document(world: World, language: Language) -> None:
    request = ExportRequest(chosen=ALL, language=language, title=HOSTILE[0])
    for who in ("", "a"):
        sheets = PostgisSchedule(world.database, world.token[who]).sheets(ALL, WHEN, shown=50)
        bundle = dispatch_document.bundle(sheets, WHEN, request, translator(language))
        told = ""
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            for name in archive.namelist():
                assert "/" not in name and "\\" not in name and ".." not in name
                parts = unpacked(archive.read(name))
                assert EVIL not in "".join(held for part, held in parts.items() if part.endswith(".rels"))
                told += "".join(p.text for p in everything_in(Document(io.BytesIO(archive.read(name)))))
        assert "calc" in told and "\x01" not in told and "\x0b" not in told


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_printed_comparison_is_a_page_without_anybodys_markup(
    world: World, joined: Settings, language: Language
) -> None:
    """It is opened from the disk, where nothing guards it: no text of a record may act in it."""
    for who in ("", "a"):
        shell = open_shell(language, world.token[who], NOBODY)
        offers = PostgisPromotion(world.database, world.token[who])
        for first in range(0, len(HOSTILE), 5):
            sites = offers.sites([world.record[said] for said in HOSTILE[first : first + 5]])
            made = print_sheet.page(
                HOSTILE[0], compare_tab.table(shell, sites, 300), HOSTILE, language
            ).decode()
            assert len(sites) == len(HOSTILE[first : first + 5])
            assert not TAGS.search(made) and not re.search(
                r"<[^>]*\s(on\w+|href|src)\s*=\s*['\"]?[^'\"]*evil", made
            )
            assert made.count("&#60;script&#62;") >= 2, "what was typed is shown"


def everything_in(document: Any) -> Iterator[Any]:
    yield from document.paragraphs
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from cell.paragraphs


def test_a_text_is_stored_as_it_was_typed(world: World) -> None:
    """Nothing was cut, mended or taken for a pattern on its way in; it is mended where it is shown."""
    asks: Mapping[str, Callable[[], set[str]]] = {
        "records": lambda: world.names("", "SELECT name FROM project WHERE county_code = :a", a=A),
        "visits": lambda: world.names("a", "SELECT counterpart FROM promotion_event"),
        "reasons": lambda: world.names("", "SELECT reason FROM edition_entry"),
    }
    for name, ask in asks.items():
        assert ask() >= set(HOSTILE), name
