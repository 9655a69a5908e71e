"""Rows of loaded layers and what they hold on disk; the database decides who sees and changes which."""

import json
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.exc import DataError, IntegrityError

from data.database import Database, first_line
from data.store.analysis import content as contents
from projects.analysis.inputs import LayerInfo, LayerKind, PointLayer, ShapeLayer
from projects.errors import BadValue, NotAllowed, SignInNeeded, StorageUnavailable, UnknownRecord

MOST_PER_ACCOUNT: Final = 100
SHAPES: Final = (LayerKind.EXCLUSIONS, LayerKind.ROADS, LayerKind.LAND_USE)
"""Kinds of layers that hold polygons or lines; the others hold points."""

_COLUMNS: Final = (
    "id, kind, name, source, data_date, datum, rows, used, left_out, people, west, south, east, north,"
    " shared, loaded_by, loaded_at, account_id = acting_account() AS own, detail, file_name"
)
_LISTED: Final = f"""
    SELECT {_COLUMNS} FROM analysis_layer
     WHERE cardinality(CAST(:kinds AS text[])) = 0 OR kind = ANY (:kinds) ORDER BY id DESC"""  # noqa: S608
_ONE: Final = f"SELECT {_COLUMNS} FROM analysis_layer WHERE id = :key"  # noqa: S608
_KEEP: Final = text("""
    INSERT INTO analysis_layer (kind, name, source, data_date, datum, rows, used, left_out, people, west,
        south, east, north, shared, detail, file_name, account_id, loaded_by)
    VALUES (:kind, :name, :source, :data_date, :datum, :rows, :used, CAST(:left_out AS jsonb), :people, :west,
        :south, :east, :north, :shared, CAST(:detail AS jsonb), :file_name, acting_account(), acting_name())
    RETURNING id""")


def clear_away(database: Database, folder: Path, oldest: float) -> int:
    """Remove contents that no row names and that are older than ``oldest`` (seconds since 1970); how many.

    They stay behind when the program dies between file and row, or when a backup is put back. As the owner:
    nobody else sees the rows of everybody.
    """
    with database.owning() as connection:
        named = set(connection.scalars(text("SELECT file_name FROM analysis_layer")))
    gone = [f for f in folder.glob("*.npz") if f.name not in named and f.stat().st_mtime < oldest]
    for file in gone:
        file.unlink(missing_ok=True)
    return len(gone)


class Kept(NamedTuple):
    """A layer's row and the name of the file that holds its content."""

    info: LayerInfo
    file_name: str


class Layers:
    """The layers of one session, contents in ``folder``."""

    def __init__(self, database: Database, token: str, folder: Path) -> None:
        self._database = database
        self._token = token
        self.folder: Final = folder

    def listed(self, kinds: Sequence[LayerKind]) -> tuple[LayerInfo, ...]:
        """Return the layers that this person may use, newest first."""
        return tuple(kept.info for kept in self.kept(kinds))

    def kept(self, kinds: Sequence[LayerKind]) -> tuple[Kept, ...]:
        """Return the same with the files that hold them."""
        if not self._token:
            return ()
        with self._database.reading(self._token) as connection:
            rows = connection.execute(text(_LISTED), {"kinds": [str(kind) for kind in kinds]})
            return tuple(_kept(row) for row in rows)

    def one(self, key: int) -> Kept:
        """Return one layer; raises ``UnknownRecord``."""
        if not self._token:
            raise UnknownRecord(_UNKNOWN.format(key=key))
        with self._database.reading(self._token) as connection:
            row = connection.execute(text(_ONE), {"key": key}).first()
        if row is None:
            raise UnknownRecord(_UNKNOWN.format(key=key))
        return _kept(row)

    def points(self, key: int) -> PointLayer:
        """Return a layer of points; raises ``UnknownRecord``, ``BadValue`` for one of shapes."""
        return contents.read_points(self._file(key, points=True))

    def shapes(self, key: int) -> ShapeLayer:
        """Return a layer of polygons or lines; raises ``UnknownRecord``, ``BadValue`` for one of points."""
        return contents.read_shapes(self._file(key, points=False))

    def _file(self, key: int, points: bool) -> Path:
        kept = self.one(key)
        if (kept.info.kind not in SHAPES) is not points:
            raise BadValue(_OTHER_KIND.format(name=kept.info.name, kind=kept.info.kind))
        return self.folder / kept.file_name

    def share(self, key: int, shared: bool) -> None:
        """Let everybody who is signed in use a layer of one's own; raises ``NotAllowed``."""
        with self._database.writing(self._token, "图层共享") as connection:
            done = connection.execute(
                text("UPDATE analysis_layer SET shared = :shared WHERE id = :key"),
                {"key": key, "shared": shared},
            )
            if done.rowcount == 0:
                raise NotAllowed(_NOT_YOURS)

    def remove(self, key: int) -> None:
        """Take a layer away, then its file; raises ``UnknownRecord``, ``NotAllowed``."""
        kept = self.one(key)
        with self._database.writing(self._token, "移除图层") as connection:
            done = connection.execute(text("DELETE FROM analysis_layer WHERE id = :key"), {"key": key})
            if done.rowcount == 0:
                raise NotAllowed(_NOT_YOURS)
        with suppress(FileNotFoundError):
            (self.folder / kept.file_name).unlink()

    def keep(self, info: LayerInfo, content: PointLayer | ShapeLayer) -> int:
        """Write the content, then its row; when the row is refused, the file goes again.

        Where the database went away meanwhile the row may have been kept: the file stays (``clear_away``).
        """
        if not self._token:
            raise SignInNeeded(_SIGN_IN)
        _check(info, content)
        path = self.folder / f"{secrets.token_hex(16)}.npz"
        try:
            contents.write(content, path)
            return self._insert(info, path.name)
        except StorageUnavailable:
            raise
        except BaseException:
            with suppress(FileNotFoundError):
                path.unlink()
            raise

    def _insert(self, info: LayerInfo, file_name: str) -> int:
        with self._database.writing(self._token, "载入图层") as connection:
            held = connection.scalar(
                text("SELECT count(*) FROM analysis_layer WHERE account_id = acting_account()")
            )
            if int(held or 0) >= MOST_PER_ACCOUNT:
                raise BadValue(_TOO_MANY.format(most=MOST_PER_ACCOUNT))
            try:
                return int(connection.scalar(_KEEP, _values(info, file_name)) or 0)
            except (IntegrityError, DataError) as error:
                raise BadValue(_REFUSED.format(name=info.name, rule=first_line(error))) from error


def _check(info: LayerInfo, content: PointLayer | ShapeLayer) -> None:
    """Refuse a layer that does not account for its rows, or holds something else than it says."""
    if isinstance(content, ShapeLayer) is not (info.kind in SHAPES):
        raise BadValue(_OTHER_KIND.format(name=info.name, kind=info.kind))
    if info.rows != info.used + sum(info.left_out.values()):
        raise BadValue(
            f"图层“{info.name}”的行数对不上：文件 {info.rows} 行，使用 {info.used} 行，"
            f"未用 {sum(info.left_out.values())} 行。没有保存。"
            " The rows of this layer do not add up; nothing was kept."
        )


def _values(info: LayerInfo, file_name: str) -> dict[str, Any]:
    west, south, east, north = info.bounds or (None,) * 4
    return {
        **{name: _plain(getattr(info, name)) for name in ("name", "source", "datum")},
        **{name: getattr(info, name) for name in ("data_date", "rows", "used")},
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "kind": str(info.kind),
        "left_out": _json(info.left_out),
        "people": info.people,
        "shared": info.shared,
        "detail": _json(info.detail),
        "file_name": file_name,
    }


def _plain(words: str) -> str:
    """Return words as the database takes them: no NUL, no half of a character."""
    return words.replace("\0", "").encode("utf-8", "replace").decode()


def _json(values: Mapping[str, Any]) -> str:
    return _plain(json.dumps(dict(values), ensure_ascii=False).replace("\\u0000", ""))


def _kept(row: Any) -> Kept:
    bounds = (row.west, row.south, row.east, row.north) if row.west is not None else None
    info = LayerInfo(
        id=row.id,
        kind=LayerKind(row.kind),
        name=row.name,
        source=row.source,
        data_date=row.data_date,
        datum=row.datum,
        rows=row.rows,
        used=row.used,
        left_out=row.left_out,
        people=row.people,
        bounds=bounds,
        loaded_by=row.loaded_by,
        loaded_at=row.loaded_at,
        shared=row.shared,
        own=bool(row.own),
        detail=row.detail,
    )
    return Kept(info, row.file_name)


_UNKNOWN: Final = (
    "没有编号为 {key} 的图层，或者它没有共享给您。请在图层页重新选择。"
    " There is no layer {key} that you may use; choose another one."
)
_OTHER_KIND: Final = (
    "图层“{name}”的用途（{kind}）不适合这里，请另选一个图层。"
    " Layer {name} ({kind}) holds something else; choose another one."
)
_NOT_YOURS: Final = (
    "这个图层不是您载入的，或者已经移除；没有改动。请刷新页面。"
    " This layer is not yours, or is gone; nothing was changed."
)
_TOO_MANY: Final = (
    "您已经载入了 {most} 个图层，没有再保存。请先移除不需要的图层。"
    " You have {most} layers already; remove some first. Nothing was kept."
)
_REFUSED: Final = (
    "图层“{name}”的说明不符合要求，没有保存（{rule}）。请检查名称、来源、坐标系、行数、人口和范围。"
    " What is said of this layer breaks a rule; nothing was kept."
)
_SIGN_IN: Final = "请先登录，再载入图层；没有保存。 Sign in to load a layer; nothing was kept."
