"""Accounts, units and records for the tests of evaluation and of units that were merged."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from data.database import Database
from data.store.evaluations import PostgisEvaluations
from data.store.unit_register import PostgisUnitRegister
from projects.evaluation import FindingDraft
from tests.db import making

RUYUAN, WUJIANG, CITY, PROVINCE = "440232", "440203", "440200", "440000"
CHENZHOU = "431000"
HEALTH, CIVIL, OTHER = "sg-health", "sg-civil", "cz-health"
"""Departments of the library: 韶关卫计局, 韶关民政局, 郴州卫计委."""


@dataclass
class World:
    """A copy of the library with an account of every sort, by name."""

    database: Database
    token: dict[str, str]
    record: dict[str, str]

    def evaluations(self, who: str) -> PostgisEvaluations:
        """Return the findings as somebody sees them."""
        return PostgisEvaluations(self.database, self.token[who])

    def register(self, who: str) -> PostgisUnitRegister:
        """Return the registry of units for somebody."""
        return PostgisUnitRegister(self.database, self.token[who])

    def scalar(self, sql: str, who: str = "", **values: Any) -> Any:
        """Return one value as somebody, or as the owner."""
        opened = self.database.reading(self.token[who]) if who else self.database.owning()
        with opened as connection:
            return connection.scalar(text(sql), values)

    def handed_in(self, who: str = "evaluator", **values: Any) -> int:
        """Write a finding, hand it in, and return its number."""
        desk = self.evaluations(who)
        key = desk.write(draft(**values))
        desk.hand_in(key)
        return key


def draft(**values: Any) -> FindingDraft:
    """Return a finding about 乳源 unless a test says otherwise."""
    about = {} if "project_id" in values else {"area_code": RUYUAN}
    return FindingDraft(**{"title": "床位与上报不符", "text": "现场看到 40 张床", **about, **values})


def build(database: Database) -> World:
    """Put accounts and hidden records into a copy."""
    people: dict[str, tuple[str, dict[str, Any]]] = {
        "evaluator": ("evaluator", {"scope_code": CITY, "display_name": "某评价中心"}),
        "second": ("evaluator", {"scope_code": CITY}),
        "elsewhere": ("evaluator", {"scope_code": CHENZHOU}),
        "fresh": ("evaluator", {"scope_code": CITY, "must_change_password": True}),
        "ruyuan": ("editor", {"unit_id": RUYUAN}),
        "wujiang": ("editor", {"unit_id": WUJIANG}),
        "city": ("editor", {"unit_id": CITY}),
        "health": ("editor", {"unit_id": HEALTH}),
        "civil": ("editor", {"unit_id": CIVIL}),
        "reviewer": ("reviewer", {"scope_code": CITY}),
        "province": ("reviewer", {"scope_code": PROVINCE}),
        "stranger": ("reviewer", {"scope_code": CHENZHOU}),
        "viewer": ("viewer", {}),
        "admin": ("administrator", {}),
    }
    with database.owning() as connection:
        tokens = {
            name: making.token_of(connection, f"ev-{name}", role, **values)
            for name, (role, values) in people.items()
        }
        records = {
            "hidden": making.project(
                connection, name="未发布甲", county_code=RUYUAN, owner_unit_id=RUYUAN, published=False
            ),
            "open": making.project(
                connection, name="已发布乙", county_code=RUYUAN, owner_unit_id=RUYUAN, published=True
            ),
            "elsewhere": making.project(
                connection, name="郴州丙", county_code="431002", owner_unit_id="431002", published=False
            ),
            "of_health": making.project(
                connection, name="卫计局自己的丁", owner_unit_id=HEALTH, prefecture_code=CITY, published=False
            ),
        }
    return World(database, tokens, records)
