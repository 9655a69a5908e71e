"""``Directories`` answered from PostGIS, for one session or for nobody."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Final

from sqlalchemy import Connection, text

from data.database import Database
from data.exports.directories import directory_book, directory_geojson, file_name
from data.exports.request import ExportRequest, Language
from data.importers.directories.definitions import FOLDER, read_definitions
from data.importers.directories.lines import Typed
from data.importers.directories.sheets import read_table
from data.settings import Settings
from data.store.directories import rows, writing
from data.store.directories.asking import wanted
from data.store.directories.checking import read_typed
from data.store.directories.refusals import MOVED_ON, line_moved_on, said_plainly
from data.store.directories.rows import Edition
from data.store.directories.sound import unsound
from projects.directories.comparing import alike, difference
from projects.directories.frozen import freeze
from projects.directories.merging import Row, merge, put_over
from projects.directories.model import (
    CellFault,
    Definition,
    Definitions,
    Difference,
    EditionHead,
    EditionState,
    Entry,
    Preview,
)
from projects.directories.ports import EntriesAsked, EntryPage, NamedLine
from projects.errors import BadValue, Conflict, SignInNeeded, UnknownRecord
from projects.fields import JsonValue
from projects.filters import ProjectFilter

ALL: Final = EntriesAsked()
LONGEST_TITLE: Final = 120


class PostgisDirectories:
    """``Directories`` over one database for one session token; an empty token is nobody's."""

    def __init__(self, database: Database, token: str, settings: Settings) -> None:
        self._database, self._token, self._settings = database, token, settings

    # ---- reading ----

    def definitions(self) -> Definitions:
        """Return the built-in definitions and the office's own, with the mistakes found in files."""
        return read_definitions(self._settings.data_dir / FOLDER)

    def editions(self, definition: str = "", area_code: str = "") -> tuple[EditionHead, ...]:
        """Return the editions one may see, drafts first, then newest first."""
        with self._reading() as connection:
            return rows.heads(connection, bool(self._token), definition, area_code)

    def edition(self, key: int) -> tuple[EditionHead, Definition]:
        """Return an edition and the definition it was made with; ``UnknownRecord``."""
        with self._reading() as connection:
            return self._edition(connection, key)

    def entries(self, key: int, asked: EntriesAsked, *, limit: int | None = 50, offset: int = 0) -> EntryPage:
        """Return a page of lines in their order."""
        with self._reading() as connection:
            definition = self._edition(connection, key).definition
            chosen = wanted(definition, key, asked, signed_in=bool(self._token))
            if limit is not None:
                return rows.page(connection, definition, chosen, limit, offset)
            items = rows.entries(connection, definition, chosen, None, 0)
            located = sum(entry.place.lon is not None for entry in items)
            return EntryPage(items[offset:], len(items), located)

    def lines_of(self, project_id: str) -> tuple[NamedLine, ...]:
        """Return the lines of the newest published editions that name a record."""
        with self._reading() as connection:
            return rows.naming(connection, bool(self._token), project_id)

    def compare(self, older: int, newer: int) -> Difference:
        """Return what changed between two editions; ``BadValue`` for two of different lists or areas."""
        with self._reading() as connection:
            one, other = self._edition(connection, older), self._edition(connection, newer)
            if (one.head.definition, one.head.area_code) != (other.head.definition, other.head.area_code):
                raise BadValue("只能比较同一名录、同一地区的两版")
            return difference(*(self._all(connection, found) for found in (one, other)))

    def workbook(self, key: int | None, definition: str, language: str) -> tuple[bytes, str]:
        """Return an edition (or a blank one of a definition) as xlsx, and its file name."""
        asked = self._request(language)
        if key is None:
            blank = self._usable(definition)
            return directory_book(blank, None, (), asked), file_name(blank, None, asked, "xlsx")
        with self._reading() as connection:
            found = self._edition(connection, key)
            lines = self._all(connection, found)
        shown = self._shown(found.definition)
        return directory_book(shown, found.head, lines, asked), file_name(shown, found.head, asked, "xlsx")

    def geojson(self, key: int, language: str) -> tuple[bytes, str]:
        """Return an edition as GeoJSON, lines without a place with null geometry, and its file name."""
        asked = self._request(language)
        with self._reading() as connection:
            found = self._edition(connection, key)
            lines = self._all(connection, found)
        shown = self._shown(found.definition)
        content = directory_geojson(shown, found.head, lines, asked)
        return content, file_name(shown, found.head, asked, "geojson")

    # ---- writing ----

    def start(
        self, definition: str, unit_id: str, title: str, valid_on: date, copy_of: int | None = None
    ) -> int:
        """Open a draft edition for a unit's area, empty or as a copy; return its id."""
        usable = self._usable(definition)
        with self._writing("新建名录") as connection:
            self._one_draft(connection, definition, unit_id)
            made = connection.execute(
                text(
                    "SELECT directory_start(:definition, CAST(:made_with AS jsonb), :unit, :title, :day,"
                    " :base, CAST(:columns AS text[]))"
                ),
                {
                    "definition": definition,
                    "made_with": freeze(usable),
                    "unit": unit_id,
                    "title": _title(title),
                    "day": valid_on,
                    "base": copy_of,
                    "columns": [column.name for column in usable.columns],
                },
            )
            return int(made.scalar_one())

    def rename(self, key: int, version: int, title: str, valid_on: date) -> None:
        """Change title and day of a draft; ``Conflict``."""
        with self._writing("名录标题") as connection:
            now = connection.scalar(
                text("SELECT directory_rename(:key, :seen, :title, :day)"),
                {"key": key, "seen": version, "title": _title(title), "day": valid_on},
            )
            if now is None:
                raise Conflict(MOVED_ON)

    def put(
        self, key: int, entry_key: int | None, cells: Mapping[str, JsonValue], *, seen: Entry | None = None
    ) -> Entry:
        """Add a line or replace one that still is as ``seen``; ``BadValue`` names cell, value and rule."""
        with self._writing("名录条目") as connection:
            found = self._draft(connection, key)
            _no_strange_cells(found.definition, cells)
            self._as_seen(connection, found, [seen] if seen else [])
            (row,) = read_typed(connection, found, [Typed(1, dict(cells) | {"key": ""})], {})
            entry = self._put_entry(connection, found, entry_key, row)
            (stored,) = writing.put(connection, key, found.definition, [entry])
            return self._one(connection, found, stored)

    def remove(self, key: int, entry_keys: Sequence[int], *, seen: Sequence[Entry] = ()) -> None:
        """Take lines out of a draft; ``Conflict`` when one of ``seen`` was changed since it was read."""
        with self._writing("名录条目") as connection:
            self._as_seen(connection, self._draft(connection, key), seen)
            writing.remove(connection, key, entry_keys)

    def preview(self, key: int, content: bytes, file_name: str) -> Preview:
        """Return what an xlsx or csv would bring into a draft; nothing is stored."""
        del file_name
        if not self._token:
            raise SignInNeeded(_SIGN_IN)
        with self._reading() as connection:
            return self._preview(connection, self._edition(connection, key), content)

    def take(
        self,
        key: int,
        content: bytes,
        file_name: str,
        *,
        remove_left_out: bool = False,
        seen: int | None = None,
    ) -> Preview:
        """Store what ``preview`` said and return it; rows with faults stay out."""
        with self._writing(f"名录上传：{file_name[:120]}") as connection:
            found = self._draft(connection, key)
            if seen is not None and found.head.version != seen:
                raise Conflict(MOVED_ON)
            said = self._preview(connection, found, content)
            gone = [entry.key for entry in said.left_out] if remove_left_out else []
            if gone:
                writing.remove(connection, key, gone)
            taken = [*(after for _, after in said.changed), *said.fresh]
            if taken:
                writing.put(connection, key, found.definition, taken)
            return said

    def publish(self, key: int) -> int:
        """Publish a draft for good and return its number; ``BadValue`` names lines that break a rule."""
        with self._writing("公布名录") as connection:
            found = self._edition(connection, key)
            faults = unsound(found.definition, self._all(connection, found))
            if faults and found.head.state is EditionState.DRAFT:
                raise BadValue(_first_faults(found.definition, faults))
            number = connection.scalar(
                text("SELECT directory_publish(:key, :seen)"), {"key": key, "seen": found.head.version}
            )
            if number is None:
                raise Conflict(MOVED_ON)
            return int(number)

    def withdraw(self, key: int, reason: str) -> None:
        """Take a draft or a published edition back; it stays readable for its unit, marked."""
        with self._writing("撤回名录") as connection:
            self._edition(connection, key)
            connection.execute(
                text("SELECT directory_withdraw(:key, :reason)"),
                {"key": key, "reason": reason.replace("\0", "").strip()},
            )

    # ---- pieces ----

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._database.reading(self._token) as connection:
            yield connection

    @contextmanager
    def _writing(self, reason: str) -> Iterator[Connection]:
        with self._database.writing(self._token, reason=reason) as connection, said_plainly():
            yield connection

    def _edition(self, connection: Connection, key: int) -> Edition:
        return rows.edition(connection, bool(self._token), key)

    def _draft(self, connection: Connection, key: int) -> Edition:
        """Lock a draft that one may edit, so that nobody changes it between reading and writing."""
        self._edition(connection, key)
        connection.execute(text("SELECT FROM own_directory_draft(:key)"), {"key": key})
        return self._edition(connection, key)

    def _all(self, connection: Connection, found: Edition) -> tuple[Entry, ...]:
        chosen = wanted(found.definition, found.head.id, ALL, signed_in=bool(self._token))
        return rows.entries(connection, found.definition, chosen, None, 0)

    def _one(self, connection: Connection, found: Edition, key: int) -> Entry:
        chosen = wanted(found.definition, found.head.id, ALL, signed_in=bool(self._token))
        chosen.require(f"entry.key = {chosen.bind(key)}")
        items = rows.entries(connection, found.definition, chosen, 1, 0)
        if not items:
            raise UnknownRecord(f"这份名录里没有第 {key} 号：请刷新后再试")
        return items[0]

    def _as_seen(self, connection: Connection, found: Edition, seen: Sequence[Entry]) -> None:
        """Refuse to write over lines that are not any more as somebody read them; the draft is locked."""
        for entry in seen:
            now = self._one(connection, found, entry.key)
            if not alike(entry, now):
                raise Conflict(line_moved_on(found.definition, entry, now))

    def _put_entry(self, connection: Connection, found: Edition, entry_key: int | None, row: Row) -> Entry:
        """Return the line that a form means: what it leaves blank is empty, whatever was there."""
        blank = Entry(0, 0, {})
        if entry_key is not None:
            blank = replace(blank, key=self._one(connection, found, entry_key).key)
        entry = put_over(found.definition, blank, row)
        faults = [*row.faults, *unsound(found.definition, [entry])]
        if faults:
            raise BadValue(_first_faults(found.definition, faults))
        return entry

    def _preview(self, connection: Connection, found: Edition, content: bytes) -> Preview:
        table = read_table(found.definition, content)
        checked = read_typed(connection, found, table.lines, table.headings)
        totals = [Row(number, None, {}, faults=(_total(found, number),)) for number in table.totals]
        return merge(found.definition, self._all(connection, found), [*checked, *totals], table.ignored)

    def _shown(self, definition: Definition) -> Definition:
        """Return the columns of a file: contacts stand in none that is given to whoever has not signed in."""
        columns = tuple(one for one in definition.columns if self._token or not one.contact)
        return replace(definition, columns=columns)

    def _one_draft(self, connection: Connection, definition: str, unit_id: str) -> None:
        for head in rows.heads(connection, True, definition, ""):
            if head.state is EditionState.DRAFT and head.unit_id == unit_id:
                raise BadValue(f"这个单位已有一份没有公布的草稿：“{head.title}”。请接着编辑它，或先撤回")

    def _usable(self, key: str) -> Definition:
        found = next((one for one in self.definitions().usable if one.key == key), None)
        if found is None:
            raise UnknownRecord(f"没有“{key[:60]}”这种名录，或它的定义文件有错")
        return found

    def _request(self, language: str) -> ExportRequest:
        chosen: Language = "en" if language == "en" else "zh"
        return ExportRequest.of(self._settings, ProjectFilter(), language=chosen)


def _title(text: str) -> str:
    title = " ".join(text.replace("\0", "").split())
    if not title or len(title) > LONGEST_TITLE:
        raise BadValue(f"标题要写，且不超过 {LONGEST_TITLE} 个字：{title[:40]}")
    return title


def _no_strange_cells(definition: Definition, cells: Mapping[str, JsonValue]) -> None:
    known = {column.name for column in definition.columns}
    known |= {"lon", "lat", "datum", "county"} if definition.mapped else set()
    strange = [name for name in cells if name not in known]
    if strange:
        raise BadValue(f"名录“{definition.zh}”没有“{strange[0][:40]}”这一列")


def _first_faults(definition: Definition, faults: Sequence[CellFault]) -> str:
    """Return the first faults as one sentence, each with its column and value."""
    titles = {column.name: column.zh for column in definition.columns}
    told = [
        f"{titles.get(one.column, one.column)}：{one.what_zh}"
        + (f"（第 {one.row} 行）" if one.row > 1 else "")
        for one in faults[:5]
    ]
    more = f"；另有 {len(faults) - 5} 处" if len(faults) > 5 else ""
    return "；".join(told) + more


def _total(found: Edition, number: int) -> CellFault:
    return CellFault(
        number,
        found.definition.title_column,
        "合计",
        "合计行不是名录的一行，未采用",
        "a row of totals is no line of a directory",
    )


_SIGN_IN: Final = "请先登录，再上传名录。 Sign in before you upload a directory."
