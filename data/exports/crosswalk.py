"""Our codes in the words of the open standards, as the committed table has them."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from data.importers.tables import REFERENCE, read
from projects.open_standards import UNKNOWN_CODE

_TABLE: Final = REFERENCE / "codelists" / "crosswalk.csv"


def standard_code(own_list: str, own_code: str | int | None, standard_list: str) -> str:
    """Return the code of a standard's list for one of ours, empty where the standard has none.

    Where the standard has several, the first of the table: the usual one.

    >>> standard_code("stage", "在建", "projectStatus"), standard_code("stage", "停缓建", "projectStatus")
    ('implementation', '')
    """
    return _codes().get((own_list, standard_list), {}).get(str(own_code), "")


def is_known(code: object) -> bool:
    """Return whether a code of ours says something: 未明确 and a blank do not."""
    return code not in (None, "", UNKNOWN_CODE)


@cache
def _codes() -> Mapping[tuple[str, str], Mapping[str, str]]:
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in read(_TABLE):
        of_list = found.setdefault((str(row["list"]), str(row["standard_list"])), {})
        of_list.setdefault(str(row["own_code"]), row["standard_code"] or "")
    return found
