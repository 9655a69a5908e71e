"""``python -m data …`` as people and scheduled jobs call it.

Exit codes, one-line errors, backups that come back.
"""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from data import migrate
from data.cluster import Cluster
from data.database import Database
from data.store.library import PostgisLibrary
from data.version import version
from projects.errors import SignInNeeded
from tests.db import making
from tests.paths import ROOT

pytestmark = pytest.mark.db

DONE, BAD_VALUE, WRONG_USAGE, NO_DATABASE = 0, 1, 2, 3


def run(*arguments: str | Path, **settings: str | Path) -> subprocess.CompletedProcess[str]:
    """Run one command in a process of its own, with these settings and no others."""
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "ATLAS_DATA_DIR")}
    return subprocess.run(
        [sys.executable, "-m", "data", *map(str, arguments)],
        cwd=ROOT,
        text=True,
        capture_output=True,
        timeout=300,
        check=False,
        env={**kept, **{name: str(value) for name, value in settings.items()}},
    )


def complaint(done: subprocess.CompletedProcess[str], code: int) -> str:
    """Check that a command failed with this code and one line, and return the line."""
    assert done.returncode == code, done.stderr or done.stdout
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stdout + done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def small(cluster: Cluster, library_database: Database) -> Iterator[str]:
    """Name of a copy of the filled database with the boundaries of 韶关 only: quick to save and to copy."""
    library_database.dispose()  # a database with connections cannot be copied
    cluster.drop_database("cli_small")
    urls = cluster.create_database("cli_small", template=str(library_database.owner.url.database))
    database = Database(urls.app, urls.owner)
    with database.owner.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        for table in ("area", "area_part"):
            connection.execute(text(f"DELETE FROM {table} WHERE code NOT LIKE '4402%'"))
            connection.execute(text(f"VACUUM FULL {table}"))
    database.dispose()
    yield "cli_small"
    cluster.drop_database("cli_small")


@pytest.fixture
def copy(cluster: Cluster, small: str) -> Iterator[Database]:
    """A database to be written to."""
    cluster.drop_database("cli_copy")
    urls = cluster.create_database("cli_copy", template=small)
    database = Database(urls.app, urls.owner)
    yield database
    database.dispose()
    cluster.drop_database("cli_copy")


@pytest.fixture
def blank(cluster: Cluster) -> Iterator[Database]:
    """A database with extensions and nothing of ours."""
    cluster.drop_database("cli_blank")
    urls = cluster.create_database("cli_blank")
    database = Database(urls.app, urls.owner)
    yield database
    database.dispose()
    cluster.drop_database("cli_blank")


def address(database: Database) -> str:
    return database.owner.url.render_as_string(hide_password=False)


def contents(database: Database) -> dict[str, Any]:
    """Every table of ours with its number of rows and a hash of what they hold.

    Without the marks by which caches notice that a library was restored.
    """
    with database.owning() as connection:
        tables = list(
            connection.scalars(
                text(
                    "SELECT tablename FROM pg_tables WHERE schemaname = 'atlas'"
                    " AND tablename NOT IN ('edit_mark', 'loaded') ORDER BY 1"
                )
            )
        )
        return {
            t: tuple(
                connection.execute(
                    text(
                        "SELECT count(*), md5(string_agg(md5(t::text), '' ORDER BY md5(t::text)))"
                        f" FROM atlas.{t} AS t"
                    )
                ).one()
            )
            for t in tables
        }


# ---- init, status ----


def test_init_on_a_filled_database_is_quick_and_tells_its_steps(copy: Database) -> None:
    done = run("init", DATABASE_URL=address(copy))
    assert done.returncode == DONE, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 6
    assert all("present" in line for line in lines[1:5])
    assert lines[-1].endswith("ready")


def test_status_counts_reconcile(copy: Database) -> None:
    done = run("status", "--json", DATABASE_URL=address(copy))
    assert done.returncode == DONE, done.stderr
    found = json.loads(done.stdout)
    records = found["records"]
    assert records == sum(found["by_category"].values()) == sum(found["by_kind"].values())
    assert records == sum(found["by_precision"].values()) == sum(found["precision_groups"].values())
    assert records == sum(c["records"] for c in found["by_county"].values()) + found["without_county"]
    assert found["mentions"] == sum(d["mentions"] for d in found["by_document"].values())
    assert set(found["by_document"]) >= {"韶府〔2016〕9号", "郴政办发〔2017〕56号"}
    assert found["slots"] == {"unassigned": 831, "claimed": 0, "placed": 0, "total": 831}
    assert found["database"]["schema"] == found["database"]["newest_schema"] == migrate.head()
    assert set(found["loaded"]) == {"boundaries", "gazetteer", "library", "indicators"}
    assert found["by_county"]["440232"]["name"] == "乳源瑶族自治县"


def test_status_leaves_out_what_is_not_published(copy: Database) -> None:
    before = json.loads(run("status", "--json", DATABASE_URL=address(copy)).stdout)
    with copy.owning() as connection:
        connection.execute(text("UPDATE project SET published = false WHERE id = 'SG-0001'"))
    after = json.loads(run("status", "--json", DATABASE_URL=address(copy)).stdout)
    assert after["records"] == before["records"] - 1
    assert (
        after["by_document"]["韶府〔2016〕9号"]["records"]
        == before["by_document"]["韶府〔2016〕9号"]["records"] - 1
    )
    assert after["by_county"]["440203"]["records"] == before["by_county"]["440203"]["records"] - 1
    assert after["without_county"] == before["without_county"]


def test_status_in_words(copy: Database) -> None:
    done = run("status", DATABASE_URL=address(copy))
    assert done.returncode == DONE
    assert "slots 831 unassigned, 0 claimed, 0 placed, 831 total" in done.stdout


def test_output_that_nobody_reads_to_the_end_is_no_error(copy: Database) -> None:
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m data status --json | head -c 1"],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=False,
        env={**os.environ, "DATABASE_URL": address(copy)},
    )
    assert done.stdout == "{"
    assert done.stderr == ""


# ---- usage and settings ----


@pytest.mark.parametrize(
    "arguments", [(), ("dance",), ("backup", "--at"), ("restore", "--what"), ("status", "--yaml")]
)
def test_wrong_usage(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == WRONG_USAGE
    assert "usage:" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_is_one_line() -> None:
    assert "PORT = 'many'" in complaint(run("status", PORT="many"), BAD_VALUE)
    said = complaint(run("status", DATABASE_URL="mysql://root:geheim@host/x"), BAD_VALUE)
    assert "PostGIS is the only database" in said
    assert "geheim" not in said


# ---- database away, not set up, not ours to stop ----


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@pytest.mark.parametrize("command", [("status",), ("init",), ("backup", "--out", "x.dump")])
def test_a_database_that_is_away(command: tuple[str, ...]) -> None:
    url = f"postgresql://somebody:geheim@127.0.0.1:{free_port()}/atlas"
    said = complaint(run(*command, DATABASE_URL=url), NO_DATABASE)
    assert "DATABASE_URL cannot be used" in said
    assert "geheim" not in said
    assert not (ROOT / "x.dump").exists()


def test_a_database_that_is_not_set_up(blank: Database, tmp_path: Path) -> None:
    assert "python -m data init" in complaint(run("status", DATABASE_URL=address(blank)), NO_DATABASE)


def test_a_database_newer_than_the_program(copy: Database) -> None:
    with copy.owning() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert "update the program" in complaint(run("init", DATABASE_URL=address(copy)), NO_DATABASE)


def test_stop_ends_the_private_server_only(scratch: Path, blank: Database) -> None:
    folder = scratch / "data"
    assert "python -m data init" in complaint(run("status", ATLAS_DATA_DIR=folder), NO_DATABASE)
    assert Cluster(folder).status().running
    assert run("stop", ATLAS_DATA_DIR=folder).returncode == DONE
    assert not Cluster(folder).status().running
    assert run("stop", ATLAS_DATA_DIR=folder).returncode == DONE, "stopping twice is no error"
    assert "DATABASE_URL is set" in complaint(run("stop", DATABASE_URL=address(blank)), BAD_VALUE)


# ---- backup and restore ----


@pytest.fixture
def saved(copy: Database, tmp_path: Path) -> Path:
    path = tmp_path / "backup.dump"
    done = run("backup", "--out", path, DATABASE_URL=address(copy))
    assert done.returncode == DONE, done.stderr
    assert done.stdout.startswith(f"{path}: ")
    return path


def test_a_backup_comes_back_as_it_was(copy: Database, blank: Database, saved: Path) -> None:
    before = contents(copy)
    with copy.owning() as connection:
        connection.execute(text("UPDATE project SET name = 'x', deleted_at = now() WHERE id <> 'SG-0028'"))
        connection.execute(text("DELETE FROM target"))
    assert contents(copy) != before
    done = run("restore", saved, "--yes", DATABASE_URL=address(copy))
    assert done.returncode == DONE, done.stderr
    assert contents(copy) == before
    with copy.reading() as connection:  # triggers, grants and functions are back too
        assert connection.scalar(text("SELECT count(*) FROM slot")) == 831
    with copy.owning() as connection:
        connection.execute(text("UPDATE project SET category = 'tcm' WHERE id = 'SG-0001'"))
        facet = connection.scalar(text("SELECT category FROM project_facet WHERE project_id = 'SG-0001'"))
        assert facet == "tcm"
        assert migrate.differences(connection) == []
        assert connection.scalar(text("SELECT to_regnamespace('atlas_before_restore')")) is None
    # A new machine: nothing there yet.
    done = run("restore", saved, "--yes", DATABASE_URL=address(blank))
    assert done.returncode == DONE, done.stderr
    assert contents(blank) == before


def test_a_restored_library_opens_no_old_session_and_is_another_to_caches(
    copy: Database, tmp_path: Path
) -> None:
    with copy.owning() as connection:
        token = making.token_of(connection, "left", "administrator")
        connection.execute(text("UPDATE project SET note = 'x' WHERE id = 'SG-0001'"))
    path = tmp_path / "open.dump"
    assert run("backup", "--out", path, DATABASE_URL=address(copy)).returncode == DONE
    library = PostgisLibrary(copy)
    before = library.for_session(token).version()
    with copy.owning() as connection:
        connection.execute(text("UPDATE account_session SET revoked_at = now()"))
    assert run("restore", path, "--yes", DATABASE_URL=address(copy)).returncode == DONE
    with pytest.raises(SignInNeeded):
        library.for_session(token).version()
    assert library.version() != before
    with copy.owning() as connection:
        assert connection.scalar(text("SELECT version FROM loaded WHERE part = 'restored'")) == "open.dump"
        assert connection.scalar(text("SELECT count(*) FROM history WHERE new_row ->> 'note' = 'x'")) == 1


def test_backups_on_the_command_line(copy: Database, tmp_path: Path) -> None:
    """Made, listed, proved and put back; what is not said is asked for."""
    given = {"DATABASE_URL": address(copy), "ATLAS_DATA_DIR": tmp_path, "BACKUP_DIR": tmp_path / "kept"}
    assert "no backup in" in run("backup", "--list", **given).stdout
    assert "no backup in" in complaint(run("backup", "--verify", **given), BAD_VALUE)
    done = run("backup", "--no-proof", **given)
    assert done.returncode == DONE and "not proved" in done.stdout, done.stderr
    (folder,) = (tmp_path / "kept").iterdir()
    assert folder.name in run("restore", "--list", **given).stdout
    proved = run("backup", "--verify", folder.name, **given)
    assert (proved.returncode, "NOT SOUND" in proved.stdout) == (1, True), "this role makes no databases"
    before = contents(copy)
    with copy.owning() as connection:
        connection.execute(text("DELETE FROM target"))
    assert "--yes" in complaint(run("restore", folder.name, **given), BAD_VALUE)
    assert "say which backup" in complaint(run("restore", "--yes", **given), BAD_VALUE)
    back = run("restore", folder.name, "--yes", **given)
    assert back.returncode == DONE, back.stderr
    assert contents(copy) == before
    said = complaint(run("restore", "--at", "2026-11-22 10:00", "--yes", **given), BAD_VALUE)
    assert "its administrator" in said
    for moment, words in (("yesterday", "is no moment"), ("2999-01-01", "still to come")):
        assert words in complaint(run("restore", "--at", moment, "--yes", **given), BAD_VALUE)


def test_the_version(tmp_path: Path) -> None:
    done = run("--version", ATLAS_DATA_DIR=tmp_path)
    assert done.stdout == f"health-industry-atlas {version()}, schema {migrate.head()}\n"
    assert done.returncode == DONE


def test_restore_asks_first(copy: Database, saved: Path) -> None:
    before = contents(copy)
    assert "--yes" in complaint(run("restore", saved, DATABASE_URL=address(copy)), BAD_VALUE)
    assert contents(copy) == before


def test_a_bad_file_leaves_everything_as_it_was(copy: Database, saved: Path, tmp_path: Path) -> None:
    before = contents(copy)
    url = address(copy)
    whole = saved.read_bytes()
    bad = tmp_path / "bad.dump"
    for contents_of_file, words in (
        (b"", "is no backup"),
        (b"PK\x03\x04 a workbook", "is no backup"),
        (b"PGDMP nonsense", "could not be restored"),
        (whole[: len(whole) // 2], "could not be restored"),
        (whole[:-100], "could not be restored"),
    ):
        bad.write_bytes(contents_of_file)
        assert words in complaint(run("restore", bad, "--yes", DATABASE_URL=url), BAD_VALUE)
        assert contents(copy) == before, words
    assert "is not a file" in complaint(
        run("restore", tmp_path / "none", "--yes", DATABASE_URL=url), BAD_VALUE
    )


def test_a_backup_of_something_else_or_of_a_newer_version_is_refused(
    copy: Database, blank: Database, saved: Path, tmp_path: Path
) -> None:
    with copy.owning() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    newer = tmp_path / "newer.dump"
    assert run("backup", "--out", newer, DATABASE_URL=address(copy)).returncode == DONE
    migrate.upgrade(blank.owner)
    before = contents(blank)
    complaint(run("restore", newer, "--yes", DATABASE_URL=address(blank)), NO_DATABASE)
    assert contents(blank) == before


def test_a_backup_that_cannot_be_written_leaves_no_half_file(copy: Database, tmp_path: Path) -> None:
    said = complaint(
        run("backup", "--out", tmp_path / "no" / "x.dump", DATABASE_URL=address(copy)), BAD_VALUE
    )
    assert "is not a folder" in said
    (tmp_path / "folder").mkdir()
    complaint(run("backup", "--out", tmp_path / "folder", DATABASE_URL=address(copy)), BAD_VALUE)
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]


def test_a_restore_that_is_killed_leaves_everything(copy: Database, saved: Path) -> None:
    before = contents(copy)
    with copy.owner.connect() as holder:  # somebody reads: the old schema cannot be renamed under him at once
        step = holder.begin()
        holder.execute(text("LOCK TABLE project IN ACCESS EXCLUSIVE MODE"))
        restore = subprocess.Popen(
            [sys.executable, "-m", "data", "restore", str(saved), "--yes"],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "DATABASE_URL": address(copy)},
        )
        try:
            restore.wait(4)
        except subprocess.TimeoutExpired:
            restore.kill()
            restore.wait()
        step.rollback()
    if restore.returncode != 0:
        assert contents(copy) == before
