"""The ways of writing, as a person or the worker does it, and how to tell whether what was written is whole.

``act`` may run in a process that is killed: all that it needs is in the world and in what ``prepare`` made.
``seen`` counts what everybody can see of it afterwards and fails when any of that is half.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import openpyxl
from PIL import Image
from sqlalchemy import text

from data.attachments import StoredAttachments
from data.database import Database
from data.importers.office.run import Importer, Order
from data.jobs.queue import PostgisJobs
from data.jobs.work import Work
from data.rounds.making import Maker, Wish
from data.settings import Settings
from data.store.accounts import PostgisAccounts
from data.store.analysis.adapter import PostgisAnalysis
from data.store.clinics import PostgisClinics
from data.store.desk import PostgisDesk
from data.store.directories.adapter import PostgisDirectories
from data.store.matters.adapter import PostgisMatters, today
from data.store.packs import PostgisPacks
from data.store.rounds import PLACE, PostgisRounds
from data.store.sessions import Doorkeeper
from projects.accounts import Placement
from projects.analysis.inputs import LayerInfo, LayerKind, PointLayer
from projects.filing.changes import Decision
from projects.filters import ProjectFilter
from projects.identity import Role
from projects.matters.model import MatterDraft, MatterKind, MatterState
from projects.packs import Order as PackOrder
from services.office_files import keep_upload
from services.pack import job as pack_job
from tests.db import desks, making

A, B, CITY = "440232", "440281", "440200"
"""乳源, whose files are published at once; 乐昌, whose files wait for the city; 韶关."""
Facts = dict[str, Any]
PEOPLE: Final[Mapping[str, tuple[str, dict[str, str]]]] = {
    "a": ("editor", {"unit_id": A}),
    "b": ("editor", {"unit_id": B}),
    "city": ("reviewer", {"scope_code": CITY}),
    "admin": ("administrator", {}),
}


@dataclass
class World:
    """A database by its addresses, a data folder, people by name."""

    app_url: str
    owner_url: str
    folder: Path
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """Return settings with this data folder."""
        return Settings(data_dir=self.folder)

    def through(self, app_url: str, owner_url: str) -> World:
        """Return the same world by other addresses."""
        return replace(self, app_url=app_url, owner_url=owner_url)

    def open(self) -> Database:
        """Return connections of one's own."""
        return Database(self.app_url, self.owner_url)


@dataclass(frozen=True)
class Way:
    """One way of writing."""

    prepare: Callable[[World, Database], Facts]
    act: Callable[[World, Database, Facts], object]
    seen: Callable[[World, Database, Facts], int]
    on_disk: bool = False
    """Whether it writes files beside the rows."""
    saving: int = 1
    """The transaction that counts, among those that write."""
    again: str = "once"
    """What doing it again after it was saved unseen does: ``once``, ``twice`` (plainly two), ``refused``."""


def people(world: World) -> World:
    """Make the accounts; 乳源 publishes by itself."""
    database = world.open()
    with database.owning() as connection:
        connection.execute(text("UPDATE owner_unit SET reviewed = (id <> :a)"), {"a": A})
        for name, (role, values) in PEOPLE.items():
            world.tokens[name] = making.token_of(connection, f"fault-{name}", role, **values)
    database.dispose()
    return world


def scalar(database: Database, query: str, **values: Any) -> Any:
    """Return one value as the owner of the tables reads it."""
    with database.owning() as connection:
        return connection.scalar(text(query), values)


_made = iter(range(1, 1_000_000))


def _mark() -> str:
    return f"记号{next(_made)}"


def _record(database: Database, owner: str = A) -> str:
    with database.owning() as connection:
        return making.project(
            connection,
            county_code=owner,
            owner_unit_id=owner,
            prefecture_code=CITY,
            province_code="440000",
            published=True,
        )


# ---- a form, a decision ----


def _form(world: World, database: Database) -> Facts:
    key = _record(database)
    held = PostgisDesk(database, world.tokens["a"]).held(key)
    return {"key": key, "mark": _mark(), "version": held.version, "document": dict(held.document)}


def _save_form(world: World, database: Database, facts: Facts) -> object:
    one = desks.entry(facts["key"], facts["version"], facts["document"], {"note": facts["mark"], "beds": 7})
    return PostgisDesk(database, world.tokens["a"]).file(desks.request(one, unit=A))


def _form_seen(world: World, database: Database, facts: Facts) -> int:
    noted = bool(scalar(database, "SELECT note = :mark FROM project WHERE id = :key", **_of(facts)))
    beds = scalar(database, "SELECT beds FROM project WHERE id = :key", key=facts["key"])
    steps = scalar(
        database,
        "SELECT count(*) FROM history WHERE project_id = :key AND table_name = 'project'"
        " AND operation = 'update'",
        key=facts["key"],
    )
    sets = scalar(
        database,
        "SELECT count(DISTINCT change_set_id) FROM change_entry WHERE project_id = :key",
        key=facts["key"],
    )
    assert noted == (beds == 7), "both fields or none"
    assert steps == sets == int(noted), (steps, sets, noted)
    return int(noted)


def _decision(world: World, database: Database) -> Facts:
    key, mark = _record(database, B), _mark()
    desk = PostgisDesk(database, world.tokens["b"])
    filed = desk.file(desks.request(desks.update(desk, key, note=mark, beds=9), unit=B))
    changes = [
        change.id
        for entry in PostgisDesk(database, world.tokens["city"]).change_set(filed.id).entries
        for change in entry.changes
    ]
    return {"key": key, "mark": mark, "set": filed.id, "changes": changes}


def _decide(world: World, database: Database, facts: Facts) -> object:
    wanted = dict.fromkeys(facts["changes"], Decision.ACCEPTED)
    return PostgisDesk(database, world.tokens["city"]).decide(facts["set"], wanted, {}, "")


def _decision_seen(world: World, database: Database, facts: Facts) -> int:
    noted = scalar(database, "SELECT note = :mark FROM project WHERE id = :key", **_of(facts))
    state = scalar(database, "SELECT state FROM change_set WHERE id = :set", set=facts["set"])
    open_ones = scalar(
        database,
        "SELECT count(*) FROM change JOIN change_entry e ON e.id = entry_id"
        " WHERE change_set_id = :set AND decision IS NULL",
        set=facts["set"],
    )
    assert bool(noted) == (state == "accepted") == (open_ones == 0), (noted, state, open_ones)
    return int(bool(noted))


def _of(facts: Facts) -> Facts:
    """Return what names a record and what is written to it."""
    return {"key": facts["key"], "mark": facts["mark"]}


# ---- a workbook, an upload ----


def _workbook(world: World, database: Database) -> Facts:
    mark = _mark()
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "项目"
    sheet.append(["项目名称", "类型", "类别", "县（市、区）"])
    for number in range(5):
        sheet.append([f"{mark}第{'一二三四五'[number]}处", "项目点", "健康养老", "乳源瑶族自治县"])
    content = io.BytesIO()
    book.save(content)
    return {"mark": mark, "content": content.getvalue()}


def _import(world: World, database: Database, facts: Facts) -> object:
    kept = keep_upload(world.settings, "表.xlsx", facts["content"])
    order = Order(world.settings.files_dir / "uploads" / kept.name, "表.xlsx", A)
    return Importer(database, world.tokens["a"]).commit(order, "测试")


def _import_seen(world: World, database: Database, facts: Facts) -> int:
    rows = scalar(database, "SELECT count(*) FROM project WHERE name LIKE :m || '第%'", m=facts["mark"])
    facets = scalar(
        database,
        "SELECT count(*) FROM project_facet f JOIN project p ON p.id = f.project_id"
        " WHERE p.name LIKE :m || '第%'",
        m=facts["mark"],
    )
    assert rows in (0, 5) and facets == rows, (rows, facets)
    return int(rows) // 5


def _upload(world: World, database: Database) -> Facts:
    return {"content": _mark().encode() * 20_000}


def _keep_upload(world: World, database: Database, facts: Facts) -> object:
    return keep_upload(world.settings, "表.csv", facts["content"])


def _upload_seen(world: World, database: Database, facts: Facts) -> int:
    place = world.settings.files_dir / "uploads" / f"{hashlib.sha256(facts['content']).hexdigest()}.csv"
    assert not place.exists() or place.read_bytes() == facts["content"], "half an upload"
    return int(place.exists())


# ---- attachments ----


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (16, 16), (next(_made) % 251, next(_made) % 241, 7)).save(out, "PNG")
    return out.getvalue()


def _attachment(world: World, database: Database) -> Facts:
    return {"key": _record(database), "content": _picture()}


def _attach(world: World, database: Database, facts: Facts) -> object:
    folder = world.settings.files_dir / "attachments"
    files = StoredAttachments(database, world.tokens["a"], folder, 5)
    return files.add(facts["key"], "现场.png", facts["content"])


def _attachment_seen(world: World, database: Database, facts: Facts) -> int:
    files = StoredAttachments(database, world.tokens["a"], world.settings.files_dir / "attachments", 5)
    listed = files.listed(facts["key"])
    for one in listed:
        assert files.opened(one.id)[1].read_bytes() == facts["content"], "half a file"
    return len(listed)


# ---- clinics, matters, directories ----


def _claiming(world: World, database: Database) -> Facts:
    programme = scalar(database, "SELECT programme_id FROM slot LIMIT 1")
    return {"programme": programme, "before": _claimed(database)}


def _claimed(database: Database) -> int:
    query = "SELECT count(*) FROM slot WHERE county_code = :a AND state = 'claimed'"
    return int(scalar(database, query, a=A))


def _claim(world: World, database: Database, facts: Facts) -> object:
    return PostgisClinics(database, world.tokens["a"]).claim(facts["programme"], A, 3)


def _claim_seen(world: World, database: Database, facts: Facts) -> int:
    more = _claimed(database) - int(facts["before"])
    assert more % 3 == 0, more
    return more // 3


def _matter(world: World, database: Database) -> Facts:
    draft = MatterDraft(
        kind=MatterKind.LAND, title=_mark(), raised_unit=CITY, lead_unit=A, area_code=A, project_id=""
    )
    return {"key": PostgisMatters(database, world.tokens["city"]).raise_matter(draft), "mark": _mark()}


def _reply(world: World, database: Database, facts: Facts) -> object:
    matters = PostgisMatters(database, world.tokens["a"])
    return matters.reply(facts["key"], facts["mark"], MatterState.IN_HAND)


def _reply_seen(world: World, database: Database, facts: Facts) -> int:
    found, entries = PostgisMatters(database, world.tokens["city"]).get(facts["key"], today())
    written = [entry for entry in entries if entry.text == facts["mark"]]
    assert (found.state is MatterState.IN_HAND) == bool(written), "the answer and the step, or neither"
    return len(written)


def _directories(world: World, database: Database, who: str = "a") -> PostgisDirectories:
    return PostgisDirectories(database, world.tokens[who], world.settings)


def _directory(world: World, database: Database) -> Facts:
    port = _directories(world, database)
    key = port.start("vacant_space", A, _mark(), date(2026, 6, 1))
    port.put(key, None, {"name": "旧车站大楼", "kind": "办公楼宇", "new_building": "是"})
    return {"key": key}


def _publish(world: World, database: Database, facts: Facts) -> object:
    return _directories(world, database).publish(facts["key"])


def _directory_seen(world: World, database: Database, facts: Facts) -> int:
    state = scalar(database, "SELECT state FROM directory WHERE id = :key", key=facts["key"])
    number = scalar(database, "SELECT number FROM directory WHERE id = :key", key=facts["key"])
    assert (state == "published") == (number is not None), (state, number)
    return int(state == "published")


# ---- what is made: lists, packs, layers ----


def _round(world: World, database: Database) -> Facts:
    return {"note": _mark()}


def _make_round(world: World, database: Database, facts: Facts) -> object:
    wish = Wish(unit_ids=(A,), note=facts["note"])
    return Maker(database, world.tokens["admin"], world.settings).make(wish, lambda *_: None)


def _round_seen(world: World, database: Database, facts: Facts) -> int:
    port = PostgisRounds(database, world.tokens["admin"], world.settings.files_dir / PLACE)
    heads = [head for head in port.rounds(limit=1000) if head.note == facts["note"]]
    for head in heads:
        for sheet in port.sheets(head.id):
            path = port.opened(sheet.id)[1]
            assert hashlib.sha256(path.read_bytes()).hexdigest() == sheet.sha256, "half a workbook"
    return len(heads)


def _pack(world: World, database: Database) -> Facts:
    order = PackOrder(chosen=ProjectFilter(county=(A,)), parts=("geojson",))
    return {"arguments": order.arguments(), "job": _job_row(world, database)}


def _job_row(world: World, database: Database) -> int:
    """A job that no worker takes, for what is made to name."""
    account = scalar(database, "SELECT id FROM account WHERE name = 'fault-a'")
    return int(
        scalar(
            database,
            "INSERT INTO job (kind, title, arguments, account_id, state)"
            " VALUES ('pack', 'x', '{}', :account, 'done') RETURNING id",
            account=account,
        )
    )


class Quiet:
    """A progress that nobody looks at."""

    def step(self, done: int, of: int | None = None, message: str = "") -> None:
        """Take a step."""


def _make_pack(world: World, database: Database, facts: Facts) -> object:
    work = Work(database, world.tokens["a"], world.settings, world.folder, facts["job"], 0)
    return pack_job.run(work, facts["arguments"], Quiet())


def _pack_seen(world: World, database: Database, facts: Facts) -> int:
    port = PostgisPacks(database, world.tokens["a"], world.settings.files_dir / "packs")
    packs = [pack for pack in port.mine(100) if pack.job_id == facts["job"]]
    for pack in packs:
        folder = port.kept(pack.id).folder
        for file in pack.files:
            held = hashlib.sha256((folder / file.name).read_bytes()).hexdigest()
            assert held == file.sha256, "half a file"
    return len(packs)


_POINTS = PointLayer(
    ("1", "2"),
    ("上村", "下村"),
    np.array([[113.5, 24.5], [113.6, 24.6]]),
    np.array([120.0, np.nan]),
    np.full(2, np.nan),
    np.full(2, np.nan),
)


def _layer(world: World, database: Database) -> Facts:
    return {"name": _mark()}


def _analysis(world: World, database: Database) -> PostgisAnalysis:
    return PostgisAnalysis(database, world.tokens["a"], world.settings.files_dir / "layers")


def _keep_layer(world: World, database: Database, facts: Facts) -> object:
    info = LayerInfo(
        id=0, kind=LayerKind.SETTLEMENTS, name=facts["name"], source="县局", data_date=date(2025, 6, 1),
        datum="wgs84", rows=2, used=2, left_out={}, people=120.0, bounds=(113.5, 24.5, 113.6, 24.6),
        loaded_by="", loaded_at=datetime(2000, 1, 1, tzinfo=UTC), shared=False, own=False, detail={},
    )  # fmt: skip
    return _analysis(world, database).keep(info, _POINTS)


def _layer_seen(world: World, database: Database, facts: Facts) -> int:
    port = _analysis(world, database)
    found = [one for one in port.layers() if one.name == facts["name"]]
    for one in found:
        assert port.points(one.id).names == _POINTS.names, "half a layer"
    return len(found)


# ---- the queue, the door ----


def _asked(world: World, database: Database) -> Facts:
    with database.owning() as connection:
        connection.execute(text("UPDATE job SET state = 'done' WHERE state = 'waiting'"))
    return {"title": _mark()}


def _ask(world: World, database: Database, facts: Facts) -> object:
    return PostgisJobs(database, world.tokens["a"]).submit("k_function", facts["title"], {"x": 1})


def _asked_seen(world: World, database: Database, facts: Facts) -> int:
    return int(scalar(database, "SELECT count(*) FROM job WHERE title = :t", t=facts["title"]))


def _visitor(world: World, database: Database) -> Facts:
    name = f"visitor{next(_made)}"
    port = PostgisAccounts(database, world.tokens["admin"])
    return {"name": name, "password": port.add(name, name, Placement(Role.VIEWER))}


def _sign_in(world: World, database: Database, facts: Facts) -> object:
    admission = Doorkeeper(database, 8).sign_in(facts["name"], facts["password"])
    assert admission.token, admission
    return admission


def _sessions(world: World, database: Database, facts: Facts) -> int:
    query = "SELECT count(*) FROM account_session s JOIN account a ON a.id = s.account_id WHERE a.name = :n"
    signed = scalar(
        database, "SELECT last_signed_in_at IS NOT NULL FROM account WHERE name = :n", n=facts["name"]
    )
    count = int(scalar(database, query, n=facts["name"]))
    assert signed == bool(count), "a session without the account knowing, or the other way round"
    return count


WAYS: Final[Mapping[str, Way]] = {
    "form": Way(_form, _save_form, _form_seen, again="refused"),
    "decision": Way(_decision, _decide, _decision_seen, again="refused"),
    "import": Way(_workbook, _import, _import_seen, on_disk=True),
    "upload": Way(_upload, _keep_upload, _upload_seen, on_disk=True),
    "attachment": Way(_attachment, _attach, _attachment_seen, on_disk=True, again="refused"),
    "claim": Way(_claiming, _claim, _claim_seen, again="twice"),
    "reply": Way(_matter, _reply, _reply_seen, again="refused"),
    "directory": Way(_directory, _publish, _directory_seen, again="refused"),
    "round": Way(_round, _make_round, _round_seen, on_disk=True, again="twice"),
    "pack": Way(_pack, _make_pack, _pack_seen, on_disk=True),
    "layer": Way(_layer, _keep_layer, _layer_seen, on_disk=True, again="twice"),
    "job": Way(_asked, _ask, _asked_seen, again="twice"),
    "sign_in": Way(_visitor, _sign_in, _sessions, again="twice", saving=2),
}
IN_DATABASE: Final = tuple(name for name in WAYS if name != "upload")
ON_DISK: Final = tuple(name for name, way in WAYS.items() if way.on_disk)
