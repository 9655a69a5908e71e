"""People who make, send and answer Monday lists in a copy of the library."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from sqlalchemy import text

from data.database import Database
from data.importers.office.run import Committed, Importer, Order
from data.rounds.making import Maker, Round, Wish
from data.settings import Settings
from data.store.rounds import PLACE, PostgisRounds
from projects.rounds import RoundSheet
from tests.db import making

A, B, ELSEWHERE = "440232", "440281", "431003"
"""乳源 and 乐昌 below 韶关, and 苏仙 of 郴州, another prefecture."""
CITY = "440200"
MONDAY = date(2026, 11, 23)


@dataclass
class Office:
    """A database, a data folder, and people by name."""

    database: Database
    settings: Settings
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def place(self) -> Path:
        """Where the rounds lie."""
        return self.settings.files_dir / PLACE

    def rounds(self, who: str = "admin") -> PostgisRounds:
        """Return the rounds as somebody sees them."""
        return PostgisRounds(self.database, self.tokens[who], self.place)

    def maker(self, who: str = "admin") -> Maker:
        """Return a maker with somebody's rights."""
        return Maker(self.database, self.tokens[who], self.settings)

    def make(self, *units: str, who: str = "admin", **more: Any) -> Round:
        """Make a round of some units, or of all."""
        wish = Wish(unit_ids=units, **{"today": MONDAY, **more})
        return self.maker(who).make(wish, lambda done, of, message: None)

    def sheet(self, unit: str = A, **more: Any) -> RoundSheet:
        """Make a round of a unit and return its sheet."""
        made = self.make(unit, **more)
        assert made.key is not None and not made.failed
        (found,) = self.rounds().sheets(made.key)
        return found

    def file(self, sheet: RoundSheet) -> Path:
        """Return where a workbook lies."""
        return self.rounds().opened(sheet.id)[1]

    def importer(self, who: str = "a") -> Importer:
        """Return an importer with somebody's rights."""
        return Importer(self.database, self.tokens[who])

    def give_back(self, path: Path, who: str = "a", unit: str = A, job_id: int | None = None) -> Committed:
        """Import a workbook as its unit would."""
        order = Order(path, path.name, unit)
        return self.importer(who).commit(order, "周一清单", job_id=job_id)

    def do(self, query: str, **values: object) -> Any:
        """Run a statement as the owner of the tables and return the first value, if any."""
        with self.database.owning() as connection:
            done = connection.execute(text(query), values)
            return done.scalar() if done.returns_rows else None

    def left(self) -> list[str]:
        """Return what lies in the folder of rounds, finished or not."""
        return sorted(f.name for f in self.place.glob("*"))


PEOPLE: dict[str, tuple[str, dict[str, str]]] = {
    "a": ("editor", {"unit_id": A}),
    "b": ("editor", {"unit_id": B}),
    "city": ("reviewer", {"scope_code": CITY}),
    "far": ("reviewer", {"scope_code": "431000"}),
    "viewer": ("viewer", {}),
    "admin": ("administrator", {}),
}


def staffed(database: Database, folder: Path) -> Office:
    """Make the accounts and return the office."""
    office = Office(database, Settings(data_dir=folder))
    with database.owning() as connection:
        connection.execute(text("UPDATE owner_unit SET reviewed = false WHERE id = :a"), {"a": A})
        for name, (role, values) in PEOPLE.items():
            office.tokens[name] = making.token_of(connection, f"monday-{name}", role, **values)
    return office


def typed_over(path: Path, target: Path, **values: Any) -> Path:
    """Type values into the first project of a workbook, by heading, and save it as an office would."""
    book = openpyxl.load_workbook(path)
    sheet = book["项目"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    for heading, value in values.items():
        sheet.cell(2, heads[heading]).value = value
    book.save(target)
    return target
