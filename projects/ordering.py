"""The one order of field paths: of the form, of a row's changes, of the review and of the history."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from projects.codes import MILESTONE_ZH
from projects.fields import FIELDS
from projects.lifecycle.approvals import ApprovalCode

_RANK: Final[Mapping[str, int]] = MappingProxyType({one.name: n for n, one in enumerate(FIELDS)})
_LIST_RANK: Final[Mapping[str, int]] = MappingProxyType(
    {
        kind: len(FIELDS) + n
        for n, kind in enumerate(
            ("party", "finance", "annual_plan", "milestone", "approval", "place", "alias", "area")
        )
    }
)
_STEP_RANK: Final[Mapping[str, Mapping[str, int]]] = MappingProxyType(
    {
        "milestone": {str(code): n for n, code in enumerate(MILESTONE_ZH)},
        "approval": {str(code): n for n, code in enumerate(ApprovalCode)},
    }
)


def order(path: str) -> tuple[int, int, str]:
    """Return the key by which paths are sorted: the form's order, then the lists, then what nobody fills in.

    >>> sorted(["area/440281", "place/0", "finance/new-1", "finance/12", "finance/9", "name"], key=order)
    ['name', 'finance/9', 'finance/12', 'finance/new-1', 'place/0', 'area/440281']
    """
    rank = _RANK.get(path)
    if rank is not None:
        return rank, 0, ""
    kind, _, rest = path.partition("/")
    fresh = _AFTER if rest.startswith("new-") else 0
    digits = rest.removeprefix("new-")
    number = fresh + int(digits) if digits.isdecimal() else _STEP_RANK.get(kind, {}).get(rest, _AFTER)
    return _LIST_RANK.get(kind, len(FIELDS) + len(_LIST_RANK)), number, path


_AFTER: Final = 10**18
"""More than any number of a line."""
