"""What keeps a hostile or broken file from hurting: sizes are counted before anything is built in memory.

A zip's own numbers may lie, so the parts that will be read are inflated once, piece by piece, and counted.
"""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from projects.intake.importing import FileRefused


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may be at most."""

    file_bytes: int = 50_000_000
    unpacked_bytes: int = 250_000_000
    parts: int = 2_000
    sheet_cells: int = 4_000_000
    """Cells between A1 and the last one used: that much is laid out in memory."""
    cell_chars: int = 40_000
    """Excel itself ends at 32,767."""
    features: int = 200_000


_STORED, _DEFLATED = 0, 8
_PIECE: Final = 1 << 20


def open_zip(data: bytes, limits: Limits) -> zipfile.ZipFile:
    """Return an archive whose declared sizes are within the limits; raises ``FileRefused``."""
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError) as error:
        raise FileRefused("truncated") from error
    members = archive.infolist()
    if len(members) > limits.parts:
        raise FileRefused("too_many_parts", str(len(members)), str(limits.parts))
    if sum(member.file_size for member in members) > limits.unpacked_bytes:
        raise FileRefused("unpacks_too_large", str(limits.unpacked_bytes // 1_000_000))
    return archive


def pieces(data: bytes, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a part of an archive piece by piece, no byte more than it declares; raises ``FileRefused``."""
    raw = _raw(data, member)
    if member.flag_bits & 1:
        raise FileRefused("encrypted")
    if member.compress_type == _STORED:
        yield bytes(raw)
        return
    if member.compress_type != _DEFLATED:
        raise FileRefused("truncated")
    try:
        yield from _inflated(raw, member.file_size)
    except zlib.error as error:
        raise FileRefused("truncated") from error


def _raw(data: bytes, member: zipfile.ZipInfo) -> memoryview:
    """Return the packed bytes of a member: behind its local header, whose names may be longer or shorter."""
    at = member.header_offset
    if data[at : at + 4] != b"PK\x03\x04" or at + 30 > len(data):
        raise FileRefused("truncated")
    start = at + 30 + int.from_bytes(data[at + 26 : at + 28], "little")
    start += int.from_bytes(data[at + 28 : at + 30], "little")
    if start + member.compress_size > len(data):
        raise FileRefused("truncated")
    return memoryview(data)[start : start + member.compress_size]


def _inflated(raw: memoryview, declared: int) -> Iterator[bytes]:
    unpack, seen, rest = zlib.decompressobj(-15), 0, bytes(raw)
    while not unpack.eof:
        piece = unpack.decompress(rest, _PIECE)
        rest = unpack.unconsumed_tail
        seen += len(piece)
        if seen > declared or (not piece and not rest and not unpack.eof):
            raise FileRefused("truncated")
        yield piece
