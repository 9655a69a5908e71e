"""Names inside Streamlit's own labels: shown as they are, never read as Markdown.

Wherever a page can, it writes names through ``layers.html.escape``; labels of buttons know Markdown only, and
with it emoji codes, icons, colours, formulas and links. Nothing of that may start in a name.
"""

import re
from typing import Final

from layers.html import clean_text

_MARKS: Final = re.compile(r"([!-/:-@\[-`{-~])")
_HOLD: Final = "\u2060"
"""Word joiner, without width: emoji codes, links and arrows are sought in the final text; it breaks them."""
_LATER: Final = re.compile(r"(?<=[:<>=~\-@./])(?=[\w:<>=~\-/])")


def plain(text: str) -> str:
    r"""Return a name for a Markdown label: each mark escaped, no run of characters that means anything.

    >>> plain("**a** $x$").count("\\")
    6
    """
    return _MARKS.sub(r"\\\1", _LATER.sub(_HOLD, clean_text(text)))
