"""The picture of an exhibit: its map with title, sentences, settings, caveats, date and credit inside."""

import struct
import zlib
from collections.abc import Mapping
from typing import Final

from data.exports.exhibit import titled
from data.exports.exhibit_words import lines
from data.exports.request import ExportRequest
from data.exports.source import ExportSource
from layers.fonts import chinese_font
from projects.analysis.exhibit import Exhibit
from projects.errors import SetupIncomplete
from services.exhibit_scene import exhibit_scene
from services.map_parts import Wishes
from services.map_scene import MapScenes

_HEADER: Final = 8 + 25
"""Bytes of signature and first chunk of a PNG: further chunks may stand behind them."""


def available() -> bool:
    """Return whether this machine has a Chinese font; without one there would be boxes instead of words."""
    try:
        chinese_font()
    except SetupIncomplete:
        return False
    return True


def exhibit_png(
    library: ExportSource, scenes: MapScenes, request: ExportRequest, wishes: Wishes, exhibit: Exhibit
) -> bytes:
    """Return a PNG of the map that the page draws, without a background, which would ask other servers.

    What is written in it stands beside the pixels too, where programs find it. Raises ``SetupIncomplete``
    where no Chinese font is to be had.
    """
    from layers.picture.page import png

    scene = exhibit_scene(scenes, request.chosen, wishes, exhibit)
    title, below = titled(request, exhibit).heading, lines(library, request, exhibit)
    words = {"Title": title, "Description": "\n".join(below), "Copyright": scene.credit}
    return _with_words(png(scene, title, below), words)


def _with_words(picture: bytes, words: Mapping[str, str]) -> bytes:
    """Return a PNG with texts under their keywords (iTXt chunks, UTF-8, PNG specification 11.3.4.5)."""
    chunks = b"".join(_chunk(keyword, text) for keyword, text in words.items())
    return picture[:_HEADER] + chunks + picture[_HEADER:]


def _chunk(keyword: str, text: str) -> bytes:
    """Return one uncompressed text: length, type, keyword, no language, text, checksum."""
    held = b"iTXt" + keyword.encode("latin-1") + b"\0\0\0\0\0" + text.encode("utf-8", "replace")
    return struct.pack(">I", len(held) - 4) + held + struct.pack(">I", zlib.crc32(held))
