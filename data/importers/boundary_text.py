"""Which encoding a Shapefile's table is in: the .cpg file if there is one, else what its values decode as.

Chinese offices write GBK tables without saying so, and GDAL would read them as Latin-1.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

_HEADER = 32
_MAX_ROWS = 2000


def dbf_encoding(shapefile: Path) -> str | None:
    """Return ``UTF-8`` or ``GB18030``; None when a .cpg file says it (GDAL reads that) or without a table."""
    tables = [shapefile.with_suffix(s) for s in (".dbf", ".DBF")]
    table = next((t for t in tables if t.is_file()), None)
    if table is None or any(shapefile.with_suffix(s).is_file() for s in (".cpg", ".CPG")):
        return None
    values = [v for v in _texts(table.read_bytes()) if not v.isascii()]
    wrong = sum(not _is_utf8(v) for v in values)
    # a value cut in mid-character by its field's width is no proof against UTF-8, so the majority decides
    return "GB18030" if wrong * 2 > len(values) else "UTF-8"


def mend_field_names(shapefile: Path) -> None:
    """Drop the half character that the ten-byte limit leaves at the end of a UTF-8 field name, in place."""
    table = shapefile.with_suffix(".dbf")
    content = bytearray(table.read_bytes()) if table.is_file() else bytearray()
    for at in _descriptors(content):
        name = bytes(content[at : at + 11]).split(b"\0")[0]
        content[at : at + 11] = name.decode("utf-8", errors="ignore").encode().ljust(11, b"\0")
    if content:
        table.write_bytes(content)


def _descriptors(table: bytes | bytearray) -> range:
    """Return the offsets of the 32-byte field descriptors of a dBASE table."""
    if len(table) < _HEADER:
        return range(0)
    (start,) = struct.unpack_from("<H", table, 8)
    return range(_HEADER, min(start, len(table)) - _HEADER, 32)


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _texts(table: bytes) -> Iterator[bytes]:
    """Yield the field names and the values of the text columns of the first rows of a dBASE table."""
    if len(table) < _HEADER:
        return
    rows, start, width = struct.unpack_from("<IHH", table, 4)
    fields = [table[at : at + 32] for at in _descriptors(table)]
    yield from (f[:11].split(b"\0")[0] for f in fields)
    for row in range(min(rows, _MAX_ROWS)):
        at = start + row * width + 1
        for field in fields:
            size = field[16]
            if field[11:12] == b"C":
                yield table[at : at + size].strip(b" \0")
            at += size
