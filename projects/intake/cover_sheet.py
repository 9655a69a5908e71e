"""The first sheet of a Monday list, as export and import know it: its name, and where its number stands."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

SHEET: Final = "首页清单"
MARK: Final = "清单编号（请勿改动）"
"""In the first cell of the row whose second cell holds the number."""
_MARK: Final = re.compile(r"[0-9a-f]{16}")
_LOOKED_AT: Final = 60


def mark_in(rows: Iterable[Sequence[Any]]) -> str:
    """Return the number in the rows of a sheet, empty when none can be read.

    >>> mark_in([["周一清单", "乳源县"], [MARK, " 00ff00ff00ff00ff "]])
    '00ff00ff00ff00ff'
    """
    for number, row in enumerate(rows):
        if number >= _LOOKED_AT:
            break
        if len(row) > 1 and str(row[0]).strip() == MARK:
            found = str(row[1]).strip().lower()
            return found if _MARK.fullmatch(found) else ""
    return ""
