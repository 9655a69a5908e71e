"""The proof of a backup: every file read whole, the dump put back into a scratch database and compared."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from data import backup, migrate
from data.backups import contents, files, manifest
from data.backups.files import Go
from data.backups.manifest import DUMP, FILES, Manifest, Proof
from data.backups.scratch import Scratch
from data.cluster import ClusterError
from data.database import first_line
from projects.errors import AtlasError

MOST_TOLD: Final = 5


def prove(folder: Path, made: Manifest, scratch: Scratch, go: Go) -> Proof:
    """Prove a backup and keep beside it what came of that; what is wrong is the answer, never an exception.

    Sound is one whose files all have the SHA-256 of the manifest, whose dump gives every table with the
    same rows and checksum, which this program's migrations bring to its own version, and whose rows name
    no attachment that is missing.
    """
    began = time.monotonic()
    try:
        wrong = damage(folder, made, go) or _in_scratch(folder, made, scratch, go)
    except (AtlasError, ClusterError, OSError) as error:
        wrong = [str(error)]
    except SQLAlchemyError as error:
        wrong = [f"the scratch database objects: {first_line(error)}"]
    words = _told(wrong) if wrong else _compared(made)
    proof = Proof(datetime.now(UTC), not wrong, words, round(time.monotonic() - began, 1))
    manifest.write_proof(folder, proof)
    return proof


def damage(folder: Path, made: Manifest, go: Go) -> list[str]:
    """Return what is wrong with the files of a backup, without a database."""
    dump = folder / DUMP
    wrong = (
        [] if dump.is_file() and files.digest(dump) == made.dump.sha256 else [f"{DUMP}: missing or damaged"]
    )
    wrong += [f"{path}: not a path of a backup" for path in made.files if not files.safe_path(path)]
    return wrong or files.damage(folder / FILES, made.files, go)


def _in_scratch(folder: Path, made: Manifest, scratch: Scratch, go: Go) -> list[str]:
    with scratch() as database:
        backup.fill(database, folder / DUMP)
        go()
        with database.owning() as connection:
            wrong = contents.differences(made.tables, contents.sums(connection))
        if wrong:
            return wrong
        migrate.upgrade(database.owner)
        with database.owning() as connection:
            return _missing(connection, made)


def attached(connection: Connection) -> dict[str, str]:
    """Return where the attached files lie that rows name, below the folder of files → the file's name."""
    return {f"attachments/{digest[:2]}/{digest}": name for digest, name in connection.execute(_ATTACHED)}


def _missing(connection: Connection, made: Manifest) -> list[str]:
    """Return the attachments that rows name and the backup lacks."""
    wanted = attached(connection)
    return [
        f"attached file {name} missing ({path})" for path, name in wanted.items() if path not in made.files
    ]


def _told(wrong: list[str]) -> str:
    more = f"; and {len(wrong) - MOST_TOLD} more" if len(wrong) > MOST_TOLD else ""
    return "; ".join(wrong[:MOST_TOLD]) + more


def _compared(made: Manifest) -> str:
    rows = sum(table.rows for table in made.tables.values())
    return f"put back and compared: {len(made.tables)} tables with {rows} rows, {len(made.files)} files"


_ATTACHED: Final = text(
    "SELECT sha256, file_name FROM attachment WHERE removed_at IS NULL"
    " UNION SELECT sha256, file_name FROM office_file WHERE removed_at IS NULL"
)
