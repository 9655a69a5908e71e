"""An office at work in a copy of the library: accounts, files, imports."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
from sqlalchemy import text

from data.database import Database
from data.importers.office.run import Committed, Importer, Order
from data.store import owner_units
from projects.intake.importing import ImportPlan
from tests.db import making

COUNTY, OTHER = "440232", "440281"
"""乳源瑶族自治县 (not reviewed here) and 乐昌市 (reviewed)."""
Rows = list[dict[str, Any]]


@dataclass
class Office:
    """Editors of two counties and an administrator, by their tokens."""

    database: Database
    folder: Path
    tokens: dict[str, str] = field(default_factory=dict)
    files: int = 0

    def workbook(
        self,
        projects: Rows,
        finance: Rows = [],  # noqa: B006
        milestones: Rows = [],  # noqa: B006
        approvals: Rows = [],  # noqa: B006
    ) -> Path:
        """Write a workbook with the given headings and values."""
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in (
            ("项目", projects),
            ("资金", finance),
            ("里程碑", milestones),
            ("审批手续", approvals),
        ):
            if rows:
                sheet = book.create_sheet(name)
                headings = list(dict.fromkeys(key for row in rows for key in row))
                sheet.append(headings)
                for row in rows:
                    sheet.append([row.get(heading) for heading in headings])
        self.files += 1
        path = self.folder / f"表{self.files}.xlsx"
        book.save(path)
        return path

    def order(self, path: Path, unit: str = COUNTY, **more: Any) -> Order:
        """Return an order for a file."""
        return Order(path, path.name, unit, **more)

    def importer(self, who: str = "ruyuan") -> Importer:
        """Return an importer with somebody's rights."""
        return Importer(self.database, self.tokens[who])

    def preview(self, path: Path, who: str = "ruyuan", unit: str = COUNTY, **more: Any) -> ImportPlan:
        """Plan a file."""
        return self.importer(who).preview(self.order(path, unit, **more))

    def commit(self, path: Path, who: str = "ruyuan", unit: str = COUNTY, **more: Any) -> Committed:
        """File a file."""
        expected = more.pop("expected", "")
        return self.importer(who).commit(self.order(path, unit, **more), "测试导入", expected=expected)

    def value(self, query: str, **values: Any) -> Any:
        """Return one value from the database, read as its owner."""
        with self.database.owning() as connection:
            return connection.execute(text(query), values).scalar()

    def ids(self, unit: str = COUNTY) -> list[str]:
        """Return the living records of a unit."""
        with self.database.owning() as connection:
            return list(
                connection.scalars(
                    text(
                        "SELECT id FROM project WHERE owner_unit_id = :u AND deleted_at IS NULL"
                        " AND merged_into_id IS NULL ORDER BY id"
                    ),
                    {"u": unit},
                )
            )


@contextmanager
def office(database: Database, folder: Path) -> Iterator[Office]:
    """Make the accounts in a database that the test may spoil."""
    made = Office(database, folder)
    with database.owning() as connection:
        owner_units.review(connection, COUNTY, False)
        owner_units.review(connection, OTHER, True)
        for name, role, more in (
            ("ruyuan", "editor", {"unit_id": COUNTY}),
            ("lechang", "editor", {"unit_id": OTHER}),
            ("admin", "administrator", {}),
            ("looker", "viewer", {}),
        ):
            made.tokens[name] = making.token_of(connection, name, role, **more)
    yield made


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    """Return a workbook's values by sheet."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}
