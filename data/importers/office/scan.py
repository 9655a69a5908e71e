"""A look through a workbook before it is read: how far sheets reach, and what readers do not tell.

Readers lay a sheet out from A1 to its last cell; one cell far away is enough to fill the memory. So the
reach is known first. On the way formulas, error values and hidden rows and columns are noted.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from data.importers.office.grid import address, column_number
from data.importers.office.guard import Limits, pieces
from data.importers.office.odd_sheet import walk
from projects.intake.importing import FileRefused


@dataclass(slots=True)
class Scan:
    """What the look through one sheet found; rows and columns are counted from 0."""

    last_row: int = -1
    last_column: int = -1
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    """Cells that show an error (``#REF!``); calamine gives them as empty."""
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)


_ROW_BYTES: Final = 32 << 20
_LONG: Final = 2_000
_LONG_TOTAL: Final = 200_000_000
_CELL_START: Final = re.compile(rb'<c r="[A-Za-z]{1,3}\d{1,7}"')
_PLAIN_CELL: Final = re.compile(rb'<c r="([A-Za-z]{1,3})(\d{1,7})"[^>]*(?<!/)>')
_OTHER_CELLS: Final = (b":c ", *(f"{sign}c{end}".encode() for sign in "<:" for end in ">/\n\t\r"))
"""Beginnings of cells that not one common program writes."""
_FORMULA: Final = re.compile(
    rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Za-z]{1,3})(\d{1,7})"[^>]*><(?:\w+:)?f(?=[\s/>])([^>]*?)(?:/>|>([^<]*)<)'
)
_ERROR: Final = re.compile(
    rb'<(?:\w+:)?c\s(?=[^>]*\st="e")(?:[^>]*?\s)?r="([A-Za-z]{1,3})(\d{1,7})"[^>]*>.*?<(?:\w+:)?v>([^<]{1,20})<',
    re.S,
)
_SHARED: Final = re.compile(rb'\ssi="(\d+)"')
_REFERENCE: Final = re.compile(rb'\st="s"[^>]*><(?:\w+:)?v>(\d+)<')
_ROW: Final = re.compile(rb"<(?:\w+:)?row[\s>][^>]*>")
_HIDDEN: Final = re.compile(rb'\shidden="(?:1|true)"')
_NUMBERED: Final = re.compile(rb'\sr="(\d{1,7})"')
_COLUMN: Final = re.compile(rb"<(?:\w+:)?col\s[^>]*>")
_SPAN: Final = re.compile(rb'\s(min|max)="(\d{1,5})"')
_SHEET: Final = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATION: Final = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE: Final = re.compile(r"""(?:\w+:)?(\w+)\s*=\s*["']([^"']*)["']""")


def sheet_parts(archive: zipfile.ZipFile, data: bytes) -> dict[str, str]:
    """Return the part of each sheet by the sheet's name, as the workbook's own lists say."""
    targets = {}
    for tag in _RELATION.findall(_text(archive, data, "xl/_rels/workbook.xml.rels")):
        found = dict(_ATTRIBUTE.findall(tag))
        target = found.get("Target", "")
        targets[found.get("Id")] = target[1:] if target.startswith("/") else f"xl/{target}"
    named = [dict(_ATTRIBUTE.findall(tag)) for tag in _SHEET.findall(_text(archive, data, "xl/workbook.xml"))]
    return {unescape(found.get("name", "")): targets.get(found.get("id"), "") for found in named}


def _text(archive: zipfile.ZipFile, data: bytes, name: str) -> str:
    try:
        member = archive.getinfo(name)
    except KeyError as error:
        raise FileRefused("truncated") from error
    return b"".join(pieces(data, member)).decode("utf-8", errors="replace")


def scan_workbook(archive: zipfile.ZipFile, data: bytes, limits: Limits) -> dict[str, Scan]:
    """Inflate and look through all that a reader will read; return what each sheet holds, by its name.

    Raises ``FileRefused`` for a part that is damaged or larger than it says, for a sheet that reaches too
    far, and for texts that would fill the memory.
    """
    sheets = sheet_parts(archive, data)
    members = {member.filename.lower(): member for member in archive.infolist()}
    strings = members.pop("xl/sharedstrings.xml", None)
    long = _long_strings(strings, data, limits) if strings else {}
    scans = {}
    for name, part in sheets.items():
        member = members.get(part.lower())
        if member is None:
            raise FileRefused("truncated")
        scans[name] = _scan_sheet(name, member, data, long, limits)
    for name in members.keys() - {part.lower() for part in sheets.values()}:
        if name.endswith((".xml", ".rels")):
            for _ in pieces(data, members[name]):
                pass
    return scans


def _long_strings(member: zipfile.ZipInfo, data: bytes, limits: Limits) -> dict[bytes, int]:
    """Return the size in bytes of the long shared texts by number, as a cell refers to them."""
    long: dict[bytes, int] = {}
    count, rest = 0, b""
    for piece in pieces(data, member):
        *whole, rest = (rest + piece).split(b"</si>")
        for text in whole:
            if len(text) > _LONG:
                long[b"%d" % count] = len(text)
            count += 1
        if len(rest) > limits.cell_chars * 8:
            raise FileRefused("cell_too_large", f"sharedStrings #{count + 1}", str(limits.cell_chars))
    return long


def _scan_sheet(
    name: str, member: zipfile.ZipInfo, data: bytes, long: Mapping[bytes, int], limits: Limits
) -> Scan:
    scan, shared, quoted, common = Scan(), dict[bytes, str](), 0, True
    for block in _blocks(name, pieces(data, member), limits):
        common = common and _is_common(block)
        if common:
            _reach(block, scan)
            _refuse_far(name, scan, limits)
            if long:
                quoted += sum(long.get(number, 0) for number in _REFERENCE.findall(block))
                _refuse_long(name, quoted, limits)
        _dress(block, scan)
        _formulas(block, scan, shared)
        if b't="e"' in block:
            for column, row, text in _ERROR.findall(block):
                scan.errors[int(row) - 1, column_number(column.decode().upper())] = unescape(text.decode())
    if not common:
        for last, quoted in walk(pieces(data, member), long):
            scan.last_row, scan.last_column = last
            _refuse_far(name, scan, limits)
            _refuse_long(name, quoted, limits)
    return scan


def _refuse_far(name: str, scan: Scan, limits: Limits) -> None:
    if (scan.last_row + 1) * (scan.last_column + 1) > limits.sheet_cells:
        raise FileRefused("area_too_large", name, address(scan.last_row, scan.last_column))


def _refuse_long(name: str, quoted: int, limits: Limits) -> None:
    if quoted > _LONG_TOTAL:
        raise FileRefused("cell_too_large", f"“{name}”", str(limits.cell_chars))


def _is_common(block: bytes) -> bool:
    """Tell whether every cell of a block is written as all common programs write it: ``<c r="C7" …``.

    Only then is a plain search sure to see them all; anything else goes to a real parser, which is slow.
    """
    plain = block.count(b"<c ") == block.count(b'<c r="') == len(_CELL_START.findall(block))
    return plain and not any(start in block for start in _OTHER_CELLS) and b"<!" not in block


def _blocks(name: str, parts: Iterator[bytes], limits: Limits) -> Iterator[bytes]:
    """Yield a sheet in blocks that begin and end between rows."""
    rest = b""
    for piece in parts:
        rest += piece
        cut = max(rest.rfind(b"<row"), rest.rfind(b":row "))
        if cut > 0:
            cut = rest.rfind(b"<", 0, cut + 1)
            yield rest[:cut]
            rest = rest[cut:]
        if len(rest) > _ROW_BYTES:
            raise FileRefused("cell_too_large", f"“{name}”", str(limits.cell_chars))
    yield rest


def _reach(block: bytes, scan: Scan) -> None:
    """Widen the reach of a sheet by the cells of a block that hold something."""
    found = _PLAIN_CELL.findall(block)
    if found:
        columns, rows = {column for column, _ in found}, {row for _, row in found}
        scan.last_column = max(scan.last_column, *(column_number(c.decode().upper()) for c in columns))
        scan.last_row = max(scan.last_row, *(int(row) - 1 for row in rows))


def _dress(block: bytes, scan: Scan) -> None:
    """Note hidden rows and columns."""
    if b" hidden=" not in block:
        return
    for tag in _ROW.findall(block):
        number = _NUMBERED.search(tag)
        if number and _HIDDEN.search(tag):
            scan.hidden_rows.append(int(number[1]) - 1)
    for tag in _COLUMN.findall(block):
        span = {key: int(value) for key, value in _SPAN.findall(tag)}
        if _HIDDEN.search(tag) and len(span) == 2:
            scan.hidden_columns.extend(range(span[b"min"] - 1, min(span[b"max"], 16_384)))


def _formulas(block: bytes, scan: Scan, shared: dict[bytes, str]) -> None:
    """Note the formulas of a block; a shared one is written out once and quoted by those that share it."""
    if b"<f" not in block and b":f" not in block:
        return
    for column, row, attributes, text in _FORMULA.findall(block):
        number = _SHARED.search(attributes)
        formula = unescape(text.decode("utf-8", errors="replace"))
        if number and formula:
            shared[number[1]] = formula
        elif number:
            formula = shared.get(number[1], "")
        scan.formulas[int(row) - 1, column_number(column.decode().upper())] = f"={formula[:300]}"
