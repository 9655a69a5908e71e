"""A practice database whose every free text is hostile, the app on it, and browsers behind a wall."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Dialog, Page, Response, Route
from sqlalchemy import Connection, text

from data.cluster import Cluster
from data.database import Database
from data.store.desk import PostgisDesk
from projects.accounts import Placement
from projects.filing.changes import Entry, FieldChange, Kind, Operation, Request
from projects.identity import Role
from tests.attacks import hostile
from tests.db import making
from tests.db.practice_world import practice_world
from tests.ui.conftest import address_of, served
from tests.ui.guide_visitor import PASSWORD, Visitor, invite

COUNTY: Final = "440203"
PEOPLE: Final = {
    "county": ("县", Placement(Role.EDITOR, COUNTY)),
    "reviewer": ("市", Placement(Role.REVIEWER, scope_code="440200")),
    "admin": ("管", Placement(Role.ADMINISTRATOR)),
}
NOISE: Final = ("404", "does not seem to exist")
"""Streamlit looks for itself below the page's own address first, and says so."""

_ROWS: Final = (
    "INSERT INTO pack (title, folder, records, language, files, account_id, expires_at, detail)"
    " SELECT '材料', md5('p'), 1, 'zh', '[]', {admin}, now() + interval '9 days', '{{}}'",
    "INSERT INTO api_token (unit_id, title, token_sha256, created_by, expires_at)"
    " SELECT '{county}', '令牌', sha256('x'), '管', now() + interval '9 days'",
    "INSERT INTO job (kind, title, arguments, account_id, state, message)"
    " SELECT 'import_preview', '任务', '{{}}', {admin}, 'failed', '原因'",
    "INSERT INTO monday_round (made_on, made_by, note, folder) VALUES ('2026-11-16', '管', '说明', md5('r'))",
    "INSERT INTO monday_sheet (round_id, unit_id, unit_name, failure)"
    " SELECT max(id), '{county}', '单位', '原因' FROM monday_round",
    "INSERT INTO analysis_layer (kind, name, source, datum, rows, used, file_name, account_id, loaded_by,"
    " shared) VALUES ('settlements', '图层', '来源', 'wgs84', 1, 1, md5('l') || '.npz', {admin}, '管', true)",
    "INSERT INTO evaluation (title, detail, area_code, rating, method, state, written_by, organisation,"
    " unit_ids, handed_in_at) VALUES ('评价', '内容', '{county}', 'poor', '方法', 'handed_in', '写', '机构',"
    " ARRAY['{county}'], now())",
    "INSERT INTO office_file (subject_kind, subject_id, file_name, media_type, size_bytes, sha256,"
    " uploaded_by) SELECT 'matter', id, '附件.pdf', 'application/pdf', 9, repeat('0', 64), '管' FROM matter",
    "INSERT INTO attachment (project_id, file_name, media_type, size_bytes, sha256, uploaded_by)"
    " SELECT id, '附件.pdf', 'application/pdf', 9, repeat('0', 64), '管' FROM project LIMIT 20",
    "INSERT INTO data_issue (project_id, code, severity, field, value, action, remedy)"
    " SELECT id, 'missing_value', 'warning', 'name', '值', '做法', '补救' FROM project LIMIT 20",
    "INSERT INTO project_alias (project_id, alias, kind, source)"
    " SELECT id, '别名' || id, 'former', '来源' FROM project LIMIT 20",
)
"""Rows of sorts that practice has none of. What a migration no longer takes is left out, never invented."""


@dataclass
class World:
    """The app on hostile data, and what was spoilt."""

    database: Database
    url: str
    log: Path
    spoilt: set[str]
    refused: set[str]
    missing: list[str]
    keys: dict[str, str]


@contextmanager
def hostile_world(cluster: Cluster, folder: Path) -> Iterator[World]:
    """Build it, spoil it, serve it; a few seconds."""
    with practice_world(cluster, 20) as database:
        with database.owning() as connection:
            invite(connection, PEOPLE)
            token = making.session(connection, _admin(connection))
            missing = _furnish(connection)
        filed = _filed(database, token)
        with database.owning() as connection:
            spoilt, refused = hostile.spoil(connection)
            connection.execute(
                text("UPDATE account SET name = CASE display_name WHEN '' THEN name ELSE name END")
            )
            keys = _keys(connection) | {"set": filed}
        with served(folder, DATABASE_URL=address_of(database), DEMO="true") as running:
            yield World(database, running.url, running.log, spoilt, refused, missing, keys)


def _admin(connection: Connection) -> int:
    return int(connection.execute(text("SELECT id FROM account WHERE name = 'admin'")).scalar_one())


def _furnish(connection: Connection) -> list[str]:
    """Insert the rows above; return what did not go in."""
    missing = []
    given = {"admin": str(_admin(connection)), "county": COUNTY}
    for statement in _ROWS:
        try:
            with connection.begin_nested():
                connection.execute(text(statement.format(**given)))
        except Exception as error:  # noqa: BLE001 - the test says which
            missing.append(f"{statement.split('(')[0]}: {error}")
    return missing


def _filed(database: Database, token: str) -> str:
    """File hostile values of a record by the desk's own door: they wait for a reviewer."""
    desk = PostgisDesk(database, token)
    with database.owning() as connection:
        key = str(connection.execute(text("SELECT min(id) FROM project")).scalar_one())
    held = desk.held(key)
    changes = tuple(
        FieldChange(path, held.document.get(path), said)
        for path, said in zip(("name", "note", "address", "cooperation"), hostile.TEXTS, strict=False)
    )
    entry = Entry(Operation.UPDATE, key, held.version, changes, hostile.TEXTS[0])
    return str(desk.file(Request(Kind.FORM, hostile.TEXTS[1], COUNTY, hostile.TEXTS[2], (entry,))).id)


def _keys(connection: Connection) -> dict[str, str]:
    """Return an id of each sort that an address can name."""
    asked = {
        "project": "SELECT min(id) FROM project WHERE owner_unit_id LIKE '4402%'",
        "matter": "SELECT min(id) FROM matter",
        "meeting": "SELECT min(id) FROM meeting",
        "directory": "SELECT min(id) FROM directory",
        "edition": "SELECT min(id) FROM edition WHERE kind = 'rolling_plan'",
        "catalogue": "SELECT min(id) FROM edition WHERE kind = 'catalogue'",
        "evaluation": "SELECT min(id) FROM evaluation",
        "pack": "SELECT min(id) FROM pack",
        "round": "SELECT min(id) FROM monday_round",
        "target": "SELECT min(id) FROM target",
        "job": "SELECT min(id) FROM job",
        "visit": "SELECT min(entry_id) FROM promotion_event",
    }
    return {name: str(connection.scalar(text(query)) or "") for name, query in asked.items()}


@dataclass
class Guarded:
    """A visitor behind a wall, and all that a hostile text could have set off."""

    visitor: Visitor
    page: Page
    trouble: list[str] = field(default_factory=list)

    def look(self, address: str) -> None:
        """Open an address, let it rest, and look for what a text has become."""
        self.visitor.open(address)
        found = self.page.evaluate(_LOOK)
        self.trouble += [f"{address}: {one}" for one in found]


_LOOK: Final = """() => {
  const out = [];
  const bad = 'zz, iframe[src^="javascript"], a[href^="javascript" i], [onerror], [onclick], [onload],'
    + '[onmouseover], img[src*="evil"], a[href*="evil.example"]:not([rel~="noopener"]),'
    + '[style*="evil"]';
  const roots = [document];
  for (const frame of document.querySelectorAll('iframe'))
    if (frame.contentDocument) roots.push(frame.contentDocument);
  for (let n = 0; n < roots.length; n++) {
    for (const one of roots[n].querySelectorAll(bad)) out.push('element ' + one.outerHTML.slice(0, 200));
    for (const one of roots[n].querySelectorAll('*')) if (one.shadowRoot) roots.push(one.shadowRoot);
  }
  for (const one of document.querySelectorAll('[data-testid=stException]'))
    out.push('exception ' + one.innerText);
  if (window.hacked) out.push('script ran');
  return out;
}"""


@contextmanager
def guarded(browser: Browser, url: str, who: str = "", width: int = 1366) -> Iterator[Guarded]:
    """Open a browser of somebody that reaches nothing but the app; at the end nothing may have happened."""
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
    page = context.new_page()
    found = Guarded(Visitor(page, url), page)
    own = (url, url.replace("http", "ws", 1), "data:", "blob:")

    def wall(route: Route) -> None:
        if route.request.url.startswith(own):
            route.continue_()
        else:
            found.trouble.append(f"outside: {route.request.url}")
            route.abort()

    def dialog(shown: Dialog) -> None:
        found.trouble.append(f"dialog: {shown.message}")
        shown.dismiss()

    def answered(response: Response) -> None:
        if response.status >= 500:
            found.trouble.append(f"{response.status}: {response.url}")

    context.route("**/*", wall)
    page.on("dialog", dialog)
    page.on("response", answered)
    page.on("pageerror", lambda error: found.trouble.append(f"script: {error}"))
    page.on(
        "console",
        lambda m: found.trouble.append(f"console: {m.text[:300]} on {page.url}") if _odd(m) else None,
    )
    if who:
        page.goto(f"{url}/sign-in")
        page.fill("#name", who)
        page.fill("#password", PASSWORD)
        page.click("button[type=submit]")
        found.visitor.rest()
    yield found
    context.close()


def _odd(message: object) -> bool:
    kind, words = getattr(message, "type", ""), getattr(message, "text", "")
    return kind == "error" and not any(noise in words for noise in NOISE)
