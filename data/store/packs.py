"""Packs in the table and on disk: ``projects.packs.Packs`` for one session, and the doors around it.

A folder is moved into place whole before its row is written, and the row goes before the folder: what is
listed is always complete. Nothing of the folder is served but by ``services.pack.web.routes``.
"""

import json
import os
import secrets
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from data.database import Database, Row
from data.exports.pieces import sync_folder
from data.store.sessions import digest, looks_like_token, new_token
from projects.errors import BadValue, StorageUnavailable, UnknownRecord
from projects.packs import MAX_SHARE_HOURS, NewShare, Pack, PackFile, PackShare

PLACE: Final = "packs"
"""Folder of the packs in the data folder."""
FROZEN: Final = "editions"
"""Folder beside it of the packs of editions, which nothing ever clears.

A backup that is put back may know less of them than the one after it.
"""
MAKING: Final = ".making-"
"""In front of the name of a folder that is not complete yet."""
LARGEST: Final = 2**31 - 1
MOST: Final = 40
"""Packs that an account may keep at a time; the database counts."""
FULL: Final = f"您保存的材料已有 {MOST} 份，请先删除不再需要的，再做新的。"
UNNAMED_S: Final = 86_400
"""Seconds that a folder without a row is left alone."""

_PUBLIC: Final = (
    "id, title, folder, records, language, chosen, files, detail, edition_id, created_at, expires_at"
)
_ALL: Final = f"{_PUBLIC}, job_id"
_SHARE: Final = "id, pack_id, created_at, expires_at, revoked_at, opened, downloads, last_opened_at"


class Kept(NamedTuple):
    """A pack and the folder that holds its files."""

    pack: Pack
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A pack that is complete on disk and waits for its row."""

    title: str
    records: int
    language: str
    files: tuple[PackFile, ...]
    chosen: Mapping[str, str] = field(default_factory=dict)
    detail: Mapping[str, Any] = field(default_factory=dict)
    edition_id: int | None = None
    job_id: int | None = None


class PostgisPacks:
    """The packs of one session ("": of nobody), their folders below ``place``."""

    def __init__(self, database: Database, token: str, place: Path, keep_days: int = 30) -> None:
        self._database = database
        self._token = token
        self._keep_days = keep_days
        self.place: Final = place

    def mine(self, limit: int = 20) -> tuple[Pack, ...]:
        """Return the newest packs of this account, newest first, frozen editions left out."""
        if not self._token:
            return ()
        with self._database.reading(self._token) as connection:
            rows = connection.execute(_MINE, {"limit": limit}).all()
        return tuple(self._kept(row).pack for row in rows)

    def pack(self, key: int) -> Pack:
        """Return a pack; raises ``UnknownRecord`` for one that is gone or that this session may not see."""
        return self.kept(key).pack

    def kept(self, key: int) -> Kept:
        """Return a pack and its folder; raises ``UnknownRecord``."""
        return self._one("id", key)

    def edition(self, edition: int) -> Kept:
        """Return the frozen pack of an edition; raises ``UnknownRecord``."""
        return self._one("edition_id", edition)

    def editions(self, editions: Sequence[int]) -> Mapping[int, Pack]:
        """Return the frozen packs of these editions by number of the edition; what is not frozen lacks."""
        query = text(f"SELECT {_PUBLIC} FROM pack WHERE edition_id = ANY (:keys)")  # noqa: S608
        with self._database.reading(self._token) as connection:
            rows = connection.execute(query, {"keys": [k for k in editions if 0 < k <= LARGEST]}).all()
        return {int(row.edition_id): self._kept(row).pack for row in rows}

    def of_job(self, job_id: int) -> Pack | None:
        """Return what a job has made already: a job may be run again after a power cut."""
        query = text(f"SELECT {_ALL} FROM pack WHERE job_id = :key ORDER BY id LIMIT 1")  # noqa: S608
        with self._database.reading(self._token) as connection:
            row = connection.execute(query, {"key": job_id}).first()
        return self._kept(row).pack if row else None

    def keep(self, folder: Path, finished: Finished) -> int:
        """Move a complete folder to its place and list it; returns the number of the pack.

        Raises ``BadValue`` with forty packs kept, ``NotAllowed`` for an edition that is not one's own to
        freeze, ``OSError``. Refused, the folder goes; where the database went away meanwhile it may have been
        listed and stays (``clear_away``).
        """
        place = _place(self.place, finished.edition_id)
        name = put_in_place(folder, place)
        try:
            return self._insert(finished, name)
        except StorageUnavailable:
            raise
        except BaseException as error:
            shutil.rmtree(place / name, ignore_errors=True)
            if isinstance(error, IntegrityError) and finished.edition_id is not None:
                raise BadValue("这一版刚刚已由别人固定，请刷新页面查看。") from error
            raise

    def _insert(self, finished: Finished, name: str) -> int:
        values = asdict(finished) | {"folder": name}
        query = text("SELECT pack_keep(CAST(:wanted AS jsonb), :days)")
        with self._database.writing(self._token, "制作材料") as connection:
            wanted = json.dumps(values, ensure_ascii=False).replace("\\u0000", "")
            key = connection.scalar(query, {"wanted": wanted, "days": self._keep_days})
        if key is None:
            raise BadValue(FULL)
        return int(key)

    def remove(self, key: int) -> None:
        """Clear a pack of one's own away at once; its links end. Raises ``UnknownRecord``."""
        kept = self.kept(key)
        if kept.pack.frozen:
            raise UnknownRecord(f"{key} 号材料是已公布版本的固定材料，不能删除。")
        with self._database.writing(self._token, "删除材料") as connection:
            gone = connection.execute(text("DELETE FROM pack WHERE id = :key"), {"key": key}).rowcount
        if not gone:
            raise UnknownRecord(_UNKNOWN.format(key=key))
        shutil.rmtree(kept.folder, ignore_errors=True)

    def shares(self, key: int) -> tuple[PackShare, ...]:
        """Return the links to a pack of one's own, newest first."""
        if not self._token:
            return ()
        query = text(f"SELECT {_SHARE} FROM pack_share WHERE pack_id = :key ORDER BY id DESC")  # noqa: S608
        with self._database.reading(self._token) as connection:
            rows = connection.execute(query, {"key": min(key, LARGEST)}).all()
        return tuple(_share(row) for row in rows)

    def share(self, key: int, hours: int) -> NewShare:
        """Make a link to a pack of one's own that ends after so many hours.

        Raises ``UnknownRecord`` for a pack that is not this session's, ``BadValue`` for other hours or with
        twenty living links.
        """
        if not 1 <= hours <= MAX_SHARE_HOURS:
            raise BadValue(f"链接的有效期是 1 到 {MAX_SHARE_HOURS} 小时，不能是 {hours} 小时。")
        token = new_token()
        with self._database.writing(self._token, "分享材料") as connection:
            values = {"key": min(key, LARGEST), "digest": digest(token), "hours": hours}
            made = connection.scalar(text("SELECT pack_share_make(:key, :digest, :hours)"), values)
            if made == 0:
                raise BadValue("这份材料已有 20 个有效的链接，请先停用不再需要的。")
            if made is None:
                raise UnknownRecord(_UNKNOWN.format(key=key))
            query = text(f"SELECT {_SHARE} FROM pack_share WHERE id = :key")  # noqa: S608
            return NewShare(_share(connection.execute(query, {"key": made}).one()), token)

    def revoke(self, key: int) -> None:
        """End a link at once; raises ``UnknownRecord``."""
        with self._database.writing(self._token, "停用链接") as connection:
            values = {"key": min(key, LARGEST)}
            if not connection.scalar(text("SELECT pack_share_revoke(:key)"), values):
                raise UnknownRecord(f"没有 {key} 号链接，或它不是您的。请刷新页面。")

    def _one(self, column: str, key: int) -> Kept:
        columns = _ALL if self._token else _PUBLIC
        query = text(f"SELECT {columns} FROM pack WHERE {column} = :key")  # noqa: S608
        with self._database.reading(self._token) as connection:
            row = connection.execute(query, {"key": key}).first() if 0 < key <= LARGEST else None
        if row is None:
            raise UnknownRecord(_UNKNOWN.format(key=key))
        return self._kept(row)

    def _kept(self, row: Row) -> Kept:
        return _pack(row._mapping, self.place)


def opened_by_link(database: Database, place: Path, token: str, *, fetching: bool) -> tuple[Kept, datetime]:
    """Return the pack behind a link and when the link ends, counted as an opening or a download.

    Raises ``UnknownRecord`` for a link that is forged, over or revoked, or whose pack or account is gone.
    """
    row = None
    if looks_like_token(token):
        query = text("SELECT * FROM pack_share_open(:digest, :fetching)")
        with database.door() as connection:
            row = connection.execute(query, {"digest": digest(token), "fetching": fetching}).first()
    if row is None:
        raise UnknownRecord("there is no such link, or it has ended")
    times = {n: _moment(row.held[n]) for n in ("created_at", "expires_at")}
    return _pack(row.held | times, place), row.ends


def clear_away(database: Database, place: Path) -> int:
    """Remove the packs whose time is over, and folders that no row names; return how many folders.

    Frozen editions have no time. A folder without a row is what a killed job or a restored backup left: it is
    given a day, since one just moved into place waits for its row.
    """
    with database.owning() as connection:
        over = set(connection.scalars(text("DELETE FROM pack WHERE expires_at < now() RETURNING folder")))
        named = set(connection.scalars(text("SELECT folder FROM pack")))
    before = time.time() - UNNAMED_S
    folders = [f for f in place.glob("*") if f.is_dir() and f.name not in named]
    gone = [f for f in folders if f.name in over or _age(f) < before]
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)
    return len(gone)


def put_in_place(folder: Path, place: Path) -> str:
    """Move a complete folder to where packs are kept, in one step that outlives a power cut; its new name."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in folder.iterdir():
        with file.open("rb") as written:
            os.fsync(written.fileno())
    sync_folder(folder)
    name = secrets.token_hex(16)
    folder.rename(place / name)
    sync_folder(place)
    return name


def end_links(connection: Connection) -> None:
    """End every link (as owner): a backup that is put back brings no revoked one to life again."""
    connection.execute(text("UPDATE pack_share SET revoked_at = now() WHERE revoked_at IS NULL"))


def _age(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:  # somebody else cleared it away
        return float("inf")


def _moment(given: str | None) -> datetime | None:
    return datetime.fromisoformat(given) if given else None


def _pack(row: Mapping[str, Any], place: Path) -> Kept:
    pack = Pack(
        id=row["id"],
        title=row["title"],
        records=row["records"],
        language=row["language"],
        files=tuple(PackFile(**file) for file in row["files"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        job_id=row.get("job_id"),
        edition_id=row["edition_id"],
        chosen=row["chosen"],
        detail=row["detail"],
    )
    return Kept(pack, _place(place, pack.edition_id) / row["folder"])


def _place(place: Path, edition_id: int | None) -> Path:
    return place if edition_id is None else place.with_name(FROZEN)


def _share(row: Row) -> PackShare:
    return PackShare(**row._mapping)


_MINE: Final = text(
    f"SELECT {_ALL} FROM pack WHERE account_id = acting_account()"  # noqa: S608
    " AND edition_id IS NULL ORDER BY id DESC LIMIT :limit"
)
_UNKNOWN: Final = "没有 {key} 号材料，或它已过期、已删除，或不在您可以查看的范围内。"
