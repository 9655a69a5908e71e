"""Characters that a file cannot hold, shown instead of lost."""

import re
from typing import Final

_ILLEGAL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def visible(text: str) -> str:
    """Return text for XML: a control character as its symbol, other illegal ones as U+FFFD.

    >>> visible("a" + chr(1) + chr(0xFFFE)) == "a␁" + chr(0xFFFD)
    True
    """
    return text if text.isprintable() else _ILLEGAL.sub(_symbol, text)


def _symbol(match: re.Match[str]) -> str:
    """Return the visible stand-in of a character."""
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"
