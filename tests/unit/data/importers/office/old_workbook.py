"""The smallest .xls there can be (BIFF8 in a compound file), written by hand: nothing at hand writes one."""

import struct
from collections.abc import Sequence
from typing import Any

_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SECTOR = 512


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _label(row: int, column: int, text: str) -> bytes:
    return _record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))


def _number(row: int, column: int, value: float) -> bytes:
    return _record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def _stream(name: str, rows: Sequence[Sequence[Any]]) -> bytes:
    cells = b"".join(
        _label(r, c, cell) if isinstance(cell, str) else _number(r, c, float(cell))
        for r, row in enumerate(rows)
        for c, cell in enumerate(row)
    )
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    style = _record(0x00E0, bytes(20))
    bound_size = 4 + 8 + 2 * len(name)
    at = len(start) + len(style) + bound_size + 4
    bound = _record(0x0085, struct.pack("<IHBB", at, 0, len(name), 1) + name.encode("utf-16-le"))
    size = _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0))
    sheet = (
        _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
        + size
        + cells
        + _record(0x000A, b"")
    )
    return start + style + bound + _record(0x000A, b"") + sheet


def _entry(name: str, kind: int, start: int, size: int, child: int = _FREE) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    head = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, _FREE, _FREE, child)
    return head + bytes(36) + struct.pack("<III", start, size, 0)


def xls(name: str, rows: Sequence[Sequence[Any]]) -> bytes:
    """Return a workbook with one sheet of texts and numbers."""
    stream = _stream(name, rows).ljust(4096, b"\0")  # shorter ones would need the small sectors
    stream = stream.ljust(-(-len(stream) // _SECTOR) * _SECTOR, b"\0")
    count = len(stream) // _SECTOR
    chain = [_FAT, _END, *range(3, count + 2), _END]
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(_SECTOR, b"\xff")
    directory = _entry("Root Entry", 5, _END, 0, 1) + _entry("Workbook", 2, 2, len(stream)) + bytes(256)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, _END, 0, _END, 0, 0)
    return header.ljust(_SECTOR, b"\xff") + fat + directory + stream
