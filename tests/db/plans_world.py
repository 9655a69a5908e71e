"""People who plan in a copy of the library, and short ways to make records, proposals and editions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, text

from data.database import Database
from data.store.plans import PostgisEditions
from projects.filters import ProjectFilter
from projects.plans.editions import Edition, EditionKind, PlanEntry
from projects.plans.ports import Proposal, Wanted, Window, Wish
from tests.db import making

PLAN, CATALOGUE = EditionKind.ROLLING_PLAN, EditionKind.CATALOGUE
CITY, OTHER_CITY = "440200", "431000"
ALL = Window(100_000)
MEMBERS = Wanted()
SECRET = "ZZ绝密ZZ"
COUNTIES = (
    "440203",
    "440204",
    "440205",
    "440222",
    "440224",
    "440229",
    "440232",
    "440233",
    "440281",
    "440282",
)
CONTACT = '{"name": "张三丰", "phone": "13800000000"}'


@dataclass
class World:
    """One database; every test asks for a county of its own that nobody has planned for."""

    database: Database
    tokens: dict[str, str] = field(default_factory=dict)
    used: int = 0

    def county(self) -> str:
        """Return a county without editions, with an editor called by its code."""
        code = COUNTIES[self.used % len(COUNTIES)]
        self.used += 1
        with self.database.owning() as connection:
            connection.execute(text("ALTER TABLE edition DISABLE TRIGGER USER"))
            connection.execute(text("ALTER TABLE edition_entry DISABLE TRIGGER USER"))
            connection.execute(text("DELETE FROM edition"))
            connection.execute(text("ALTER TABLE edition ENABLE TRIGGER USER"))
            connection.execute(text("ALTER TABLE edition_entry ENABLE TRIGGER USER"))
            if code not in self.tokens:
                self.tokens[code] = making.token_of(connection, f"bianji-{code}", "editor", unit_id=code)
        return code

    def editions(self, who: str = "") -> PostgisEditions:
        """Return the port of an editor (by county), of somebody named, or of nobody."""
        return PostgisEditions(self.database, self.tokens[who] if who else "")

    def project(self, county: str, plan: Mapping[int, str] | None = None, **values: Any) -> str:
        """Make a public record of a county with an annual plan."""
        row = {
            "county_code": county,
            "owner_unit_id": county,
            "prefecture_code": CITY,
            "province_code": "440000",
            "contact": CONTACT,
            "stage": "前期",
        }
        with self.database.owning() as connection:
            key = making.project(connection, **row | values)
            for year, amount in (plan or {}).items():
                annual = {"project_id": key, "year": year, "amount": amount, "basis": "reported"}
                making.insert(connection, "annual_plan", annual)
        return key

    def change(self, key: str, **values: Any) -> None:
        """Change a record as the owner."""
        with self.database.owning() as connection:
            making.change(connection, key, **values)

    def scalar(self, query: str, **values: Any) -> Any:
        """Return one value as the owner of the tables sees it."""
        with self.database.owning() as connection:
            return connection.scalar(text(query), values)

    def publish(self, county: str, *keys: str, **more: Any) -> Edition:
        """Propose as the county's editor and publish as the city's reviewer."""
        key = self.editions(county).propose(proposal(county, *keys, **more))
        return self.editions("reviewer").decide(key, publish=True)

    def listed(self, edition: Edition | int, wanted: Wanted = MEMBERS) -> dict[str, PlanEntry]:
        """Return the members of an edition by number, as anybody sees them."""
        key = edition if isinstance(edition, int) else edition.id
        return {one.project_id: one for one in self.editions().entries(key, wanted, ALL).rows}


def proposal(county: str, *keys: str, **more: Any) -> Proposal:
    """Return a plan of 2026 with some records, each for a reason."""
    given: dict[str, Any] = {"kind": PLAN, "area_code": county, "year": 2026, "title": "三年滚动计划"} | more
    entering = {key: Wish("省级统筹") for key in keys}
    return Proposal(**given | {"entering": given.get("entering", entering)})


def people(database: Database) -> World:
    """Give those above the counties an account and a session."""
    made = World(database)
    with database.owning() as connection:
        for name, role, values in (
            ("reviewer", "reviewer", {"scope_code": CITY}),
            ("stranger", "reviewer", {"scope_code": OTHER_CITY}),
            ("city", "editor", {"unit_id": CITY}),
            ("viewer", "viewer", {}),
            ("admin", "administrator", {}),
            ("fresh", "reviewer", {"scope_code": CITY, "must_change_password": True}),
        ):
            made.tokens[name] = making.token_of(connection, f"plans-{name}", role, **values)
    return made


def store(
    connection: Connection, entries: Mapping[str, Mapping[str, str | None]], number: int, **values: Any
) -> int:
    """Insert a published edition as the owner: project → plan; what is in the snapshot is its plan's size."""
    row = {"kind": "rolling_plan", "area_code": "440299", "title": "x", "year": 2026} | values
    making.insert(connection, "edition", row)
    key = int(connection.scalar(text("SELECT max(id) FROM edition")) or 0)
    for project_id, plan in entries.items():
        making.insert(connection, "edition_entry", _entry(key, project_id, plan))
    connection.execute(
        text("UPDATE edition SET state = 'published', number = :n, decided_at = now() WHERE id = :key"),
        {"n": number, "key": key},
    )
    return key


def _entry(key: int, project_id: str, plan: Mapping[str, str | None]) -> dict[str, Any]:
    snapshot = json.dumps({"name": project_id, "beds": len(plan)})
    values = {"edition_id": key, "project_id": project_id, "change": "entered", "plan": json.dumps(plan)}
    return values | {"snapshot": snapshot, "digest": snapshot}


EVERYTHING = ProjectFilter()
