"""A Chinese font for pictures, and how wide its words are. A picture never shows the boxes of missing signs.

The font is Noto Sans SC (SIL Open Font License), taken out of the package ``zhplot``, which is located,
never imported, because importing it changes matplotlib for everybody. matplotlib is imported inside the
functions: a page must not wait for it.
"""

from __future__ import annotations

import importlib.util
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from layers.html import clean_text
from projects.errors import SetupIncomplete

SYSTEM_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "Noto Serif CJK SC",
    "SimSun",
    "Noto Sans CJK JP",
)
"""Fonts of the machine that serve when the packaged one is missing, the best first."""

MISSING = "〓"
"""What printers put where a type is missing; stands for a character that the font has not."""

_TOKEN = re.compile(r"[A-Za-z0-9.,:;%+\-/_()'&#@=~*−²³]+|\s+|.", re.DOTALL)
_NO_START = frozenset("，。、；：！？）】》〉”’％%…·,.;:!?)]}")
_NO_END = frozenset("（【《〈“‘([{")


def packaged_font() -> Path | None:
    """Return the font file of the package ``zhplot``, without importing it; ``None`` when it is not there."""
    found = importlib.util.find_spec("zhplot")
    for folder in (found and found.submodule_search_locations) or ():
        file = Path(folder) / "fonts" / "NotoSansSC-Regular.ttf"
        if file.is_file():
            return file
    return None


def system_font() -> Path | None:
    """Return the best Chinese font of this machine, ``None`` when it has none."""
    from matplotlib.font_manager import fontManager

    files = {font.name: Path(font.fname) for font in fontManager.ttflist}
    return next((files[name] for name in SYSTEM_FONTS if name in files), None)


@cache
def chinese_font() -> Path:
    """Return the file of the font that pictures are written with.

    Raises :class:`projects.errors.SetupIncomplete` when there is none.
    """
    found = packaged_font() or system_font()
    if found is None:
        raise SetupIncomplete(
            "本机没有中文字体，无法生成图片。请重新运行 make run 补齐后再试；列表和其他导出照常可用。"
        )
    return found


@cache
def _face() -> Any:
    """Return the opened font at a size of 100."""
    from matplotlib.ft2font import FT2Font

    face = FT2Font(str(chinese_font()))
    face.set_size(100, 72)
    return face


@lru_cache(maxsize=20_000)
def _advance(character: str) -> float:
    """Return the width of one character in units of the type size."""
    return float(_face().load_char(ord(character)).linearHoriAdvance) / 65536 / 100


def printable(text: str) -> str:
    """Return a text of signs that the font has, the others replaced by 〓; control characters go."""
    has = _face().get_char_index
    return "".join(c if has(ord(c)) else MISSING for c in clean_text(text))


def width(text: str, size: float) -> float:
    """Return the width of a printable text in points, at a type size in points."""
    return size * sum(_advance(c) for c in text)


def _pieces(text: str) -> list[str]:
    """Split into what may not be broken: words, and characters with the punctuation that clings to them."""
    pieces: list[str] = []
    for token in _TOKEN.findall(text):
        clings = pieces and (token[0] in _NO_START or pieces[-1][-1] in _NO_END)
        if clings and not token.isspace():
            pieces[-1] += token
        else:
            pieces.append(token)
    return pieces


def wrap(text: str, size: float, room: float) -> list[str]:
    """Break a text into lines of at most ``room`` points, Chinese anywhere, words between, never none.

    No line begins with a closing mark or ends with an opening one; a word longer than a line is cut.
    """
    lines, line = [], ""
    for piece in _pieces(printable(text)):
        if width(line + piece.rstrip(), size) <= room:
            line += piece if line else piece.lstrip()
            continue
        if line:
            lines.append(line.rstrip())
        line = piece.lstrip()
        while width(line, size) > room and len(line) > 1:
            cut = next(n for n in range(len(line) - 1, 0, -1) if n == 1 or width(line[:n], size) <= room)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line.rstrip()] if line.strip() or not lines else lines
