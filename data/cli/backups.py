"""``backup`` and ``restore``: making, listing, proving backups, and putting one back."""

import argparse
from pathlib import Path
from typing import Any, Final

from data import backup, settings, wiring
from data.backups import instant, keeping, making, manifest, restoring
from data.backups.keeping import Backup
from data.backups.scratch import beside
from data.cluster import archive
from data.database import Database
from data.rounds.weekly import office_now
from data.settings import Settings
from projects.errors import BadValue
from projects.lifecycle.dispatch import OFFICE_TIME

NOT_PROVED: Final = 1


def add_to(commands: Any) -> None:
    """Add the commands of this module."""
    save = commands.add_parser(
        "backup", help="make a backup in BACKUP_DIR and prove it; or list and prove them"
    )
    _add_looking(save)
    save.add_argument("--out", type=Path, metavar="FILE", help="the database alone, in one file")
    save.add_argument(
        "--no-proof", action="store_true", help="do not try the new backup in a scratch database"
    )
    save.add_argument("--base", action="store_true", help="a base copy for point in time, now (WAL_ARCHIVE)")
    save.set_defaults(run=_backup)
    back = commands.add_parser("restore", help="put a backup back in place of what is there")
    _add_looking(back)
    back.add_argument("backup", nargs="?", metavar="BACKUP", help="its name, folder, or a file of --out")
    back.add_argument("--at", metavar="MOMENT", help='"2026-11-22 10:00" (Beijing time), from WAL_ARCHIVE')
    back.add_argument("--yes", action="store_true", help="really replace the present library")
    back.set_defaults(run=_restore)


def _add_looking(command: Any) -> None:
    command.add_argument("--list", action="store_true", help="what there is, changing nothing")
    command.add_argument(
        "--verify", metavar="BACKUP", nargs="?", const="", help="prove one anew (the newest)"
    )


def _backup(options: argparse.Namespace) -> int:
    chosen = settings.load()
    if options.list:
        return _list(chosen)
    database = wiring.open_database(chosen)
    if options.verify is not None:
        return _verify(database, chosen, options.verify)
    if options.out:
        size = backup.save(database, options.out)
        print(f"{options.out}: {size / 1e6:.1f} MB")
        return 0
    if options.base:
        return _base(database, chosen)
    made = making.make(database, chosen, None if options.no_proof else beside(chosen), _on)
    if made is None:
        return 0
    print(f"{made.folder}: {_size(made.manifest)}")
    print(_proved(Backup(made.folder, made.manifest, made.proof)))
    return 0 if made.proof is None or made.proof.sound else NOT_PROVED


def _restore(options: argparse.Namespace) -> int:
    chosen = settings.load()
    if options.list:
        return _list(chosen)
    if options.verify is not None:
        return _verify(wiring.open_database(chosen), chosen, options.verify)
    if bool(options.at) == bool(options.backup):
        raise BadValue("say which backup (`--list` shows them), or --at MOMENT")
    if not options.yes:
        what = options.backup or f"the state of {options.at}"
        raise BadValue(f"restoring {what} replaces the present library: say --yes, and make a backup first")
    if options.at:
        return _to_moment(chosen, options.at)
    return _put_back(chosen, options.backup)


def _put_back(chosen: Settings, named: str) -> int:
    database = wiring.open_database(chosen)
    folder = _folder(chosen, named)
    if folder is None:
        backup.put_back(database, Path(named))
        print(f"restored from {named}: the database alone, the files in {chosen.files_dir} stay as they are")
        return 0
    aside = restoring.put_back(database, chosen, folder)
    print(f"restored from {folder}")
    if aside:
        print(f"the files that were there are in {aside}: remove them when they are not needed any more")
    return 0


def _to_moment(chosen: Settings, written: str) -> int:
    at = instant.moment(written)
    if chosen.database_url:
        raise BadValue(
            "DATABASE_URL is set: its administrator puts that server back (docs/backups.md says how)"
        )
    before = instant.put_back(chosen, at, print)
    print(f"the library is as it was at {at:%Y-%m-%d %H:%M:%S %z}; the former data are in {before}")
    for line in restoring.fetch_attached(wiring.open_database(chosen), chosen):
        print(line)
    return 0


def _base(database: Database, chosen: Settings) -> int:
    if not instant.keep_base(database, chosen, _on, now=True):
        raise BadValue("WAL_ARCHIVE is not set: without the log a base copy leads to no other moment")
    print(f"base copy made in {chosen.wal_archive}")
    return 0


def _list(chosen: Settings) -> int:
    found = keeping.listed(chosen.backups_dir)
    for one in found:
        size = _size(one.manifest) if one.manifest else "damaged manifest"
        print(f"{one.folder.name}  {size}  {_proved(one)}")
    if not found:
        print(f"no backup in {chosen.backups_dir}")
    copies = archive.copies(chosen.wal_archive) if chosen.wal_archive else []
    if copies:
        since = copies[0].finished_at.astimezone(OFFICE_TIME)
        print(f"any moment since {since:%Y-%m-%d %H:%M:%S}, from {chosen.wal_archive}")
    return 0


def _verify(database: Database, chosen: Settings, named: str) -> int:
    found = keeping.listed(chosen.backups_dir)
    if not named and not found:
        raise BadValue(f"no backup in {chosen.backups_dir}")
    folder = _folder(chosen, named) if named else found[0].folder
    if folder is None:
        raise BadValue(f"{named} is no backup with a manifest; `--list` shows those that are")
    proof = making.prove(database, folder, beside(chosen), _on)
    print(f"{folder.name}: {_proved(Backup(folder, manifest.read(folder), proof))}")
    return 0 if proof.sound else NOT_PROVED


def _folder(chosen: Settings, named: str) -> Path | None:
    """Return the folder of a backup by its name or path; None for a file."""
    for path in (Path(named), chosen.backups_dir / named):
        if path.is_dir():
            return path
    return None


def _size(made: manifest.Manifest) -> str:
    at = made.made_at.astimezone(OFFICE_TIME)
    return (
        f"{made.size_bytes / 1e6:.1f} MB of {at:%Y-%m-%d %H:%M:%S}, version {made.program}"
        f" (schema {made.schema}), {len(made.files)} files"
    )


def _proved(one: Backup) -> str:
    if one.proof is None:
        return "not proved"
    at = one.proof.at.astimezone(OFFICE_TIME)
    days = max((office_now() - at).days, 0)
    verdict = "proved" if one.proof.sound else "NOT SOUND"
    return f"{verdict} {at:%Y-%m-%d %H:%M} ({days} d ago): {one.proof.words}"


def _on() -> None:
    """Let the work go on; Ctrl+C ends it."""
