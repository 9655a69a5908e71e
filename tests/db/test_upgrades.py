"""Data of each release before this one, brought to this version: every row as it was, all of it in use."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from data import backup, migrate, practice
from data.backups import contents, files, manifest, restoring
from data.backups.manifest import DUMP, Manifest, SavedFile
from data.cluster import Cluster
from data.database import SCHEMA, Database
from data.settings import Settings
from data.store.library import PostgisLibrary
from projects.filters import ProjectFilter
from tests.db.copies import database_named
from tests.paths import ROOT

pytestmark = pytest.mark.db
RELEASES = sorted((ROOT / "tests/db/releases").glob("*.dump.gz"))
NAMES = [path.name.removesuffix(".dump.gz") for path in RELEASES]
ANEW = {"alembic_version"}
"""Tables whose rows an upgrade writes anew; whoever changes others says so here, and why."""


def told(release: str) -> dict[str, Any]:
    return json.loads((ROOT / f"tests/db/releases/{release}.json").read_text())


@pytest.fixture
def dump(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "old.dump"
    path.write_bytes(gzip.decompress((ROOT / f"tests/db/releases/{request.param}.dump.gz").read_bytes()))
    return path


@pytest.fixture
def blank(cluster: Cluster) -> Iterator[Database]:
    with database_named(cluster, "upgrade_test") as database:
        yield database


def columns(connection: Connection, table: str) -> list[str]:
    query = (
        "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(:name) AND attnum > 0"
        " AND NOT attisdropped ORDER BY attnum"
    )
    return list(connection.scalars(text(query), {"name": f"{SCHEMA}.{table}"}))


def rows(connection: Connection, table: str, chosen: list[str]) -> Counter[str]:
    """Every row as text, in these columns."""
    connection.execute(text("SET LOCAL timezone = 'UTC'"))
    listed = ", ".join(f'"{name}"' for name in chosen)
    query = f"SELECT (SELECT to_jsonb(r)::text FROM (SELECT {listed}) r) FROM {SCHEMA}.{table}"
    return Counter(connection.scalars(text(query)))


@pytest.mark.parametrize("dump", NAMES, indirect=True)
def test_every_row_of_the_release_is_there_after_the_upgrade(dump: Path, blank: Database) -> None:
    backup.fill(blank, dump)
    with blank.owning() as connection:
        before = {
            name: (columns(connection, name), rows(connection, name, columns(connection, name)))
            for name in contents.sums(connection)
        }
    assert sum(len(found) for _, found in before.values()) > 800
    assert len(before["project"][1]) >= 50
    migrate.upgrade(blank.owner)
    with blank.owning() as connection:
        for name, (named, found) in before.items():
            if name not in ANEW:
                assert set(named) <= set(columns(connection, name)), f"{name}: a column is gone"
                assert rows(connection, name, named) == found, name
        assert migrate.current(connection) == migrate.head()
        assert migrate.differences(connection) == []
        connection.execute(text("UPDATE project SET note = 'after the upgrade' WHERE id IN"
                                " (SELECT id FROM project ORDER BY id LIMIT 1)"))  # fmt: skip
    library = PostgisLibrary(blank)
    assert library.count(ProjectFilter()).matched > 0


@pytest.mark.parametrize("dump", NAMES, indirect=True)
def test_a_backup_of_the_release_is_restored_by_this_version(
    dump: Path, blank: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "2026-11-22T020000"
    folder.mkdir()
    dump.rename(folder / DUMP)
    saved = SavedFile((folder / DUMP).stat().st_size, 0, files.digest(folder / DUMP))
    old = Manifest(
        made_at=datetime.now(UTC),
        program=NAMES[0],
        schema=told(NAMES[0])["schema"],
        server="15",
        practice=True,
        dump=saved,
        tables={},
        files={},
    )
    manifest.write(folder, old)
    restoring.put_back(blank, Settings(data_dir=tmp_path / "data"), folder)
    with blank.owning() as connection:
        assert migrate.current(connection) == migrate.head()
    assert practice.is_practice(blank)


@pytest.mark.parametrize("release", NAMES)
def test_what_was_released_is_never_changed(release: str) -> None:
    """A migration that an office has run already stays as it ran; a correction is a new one."""
    for name, checksum in told(release)["migrations"].items():
        assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == checksum, name


def test_the_releases_are_small_and_complete() -> None:
    assert RELEASES
    for path in RELEASES:
        assert path.stat().st_size < 400_000
        assert path.with_name(path.name.replace(".dump.gz", ".json")).is_file()
