"""Numbers of new records: a prefix per prefecture, and a number of the database's that only grows.

The prefix is the one that a document of the area gave its records (``SG`` for 440200). Where none did, it is
``P`` and the first digits of the code as letters, A for 0 to J for 9: stable, the same for everybody, and
free of anybody's idea of how a name is abbreviated.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, text


def lettered(code: str | None, digits: int = 4) -> str:
    """Return the prefix of an area without one of its own; without an area it is ``P`` alone.

    >>> lettered("440200"), lettered("440000", 2), lettered(None)
    ('PEEAC', 'PEE', 'P')
    """
    return "P" + "".join(chr(ord("A") + int(digit)) for digit in (code or "")[:digits])


def prefix_of(
    given: Mapping[str, str], county: str | None, prefecture: str | None, province: str | None
) -> str:
    """Return the prefix of a new record; ``given`` is area code → prefix of the documents.

    >>> prefix_of({"440200": "SG"}, "440203", "440200", "440000")
    'SG'
    """
    for code in (county, prefecture):
        if code and code in given:
            return given[code]
    if prefecture:
        return lettered(prefecture)
    return given.get(province or "") or lettered(province, 2)


def given_prefixes(connection: Connection) -> dict[str, str]:
    """Return area code → prefix of the documents that gave one."""
    rows = connection.execute(
        text(
            "SELECT area_code, min(id_prefix) AS prefix FROM source WHERE area_code IS NOT NULL AND"
            " id_prefix IS NOT NULL"
            " GROUP BY 1"
        )
    )
    return {row.area_code: row.prefix for row in rows}


def new_ids(connection: Connection, prefixes: Iterable[str]) -> list[str]:
    """Return one new id per prefix, in the given order."""
    listed = list(prefixes)
    fresh = {
        # In one order for everybody: two files that number records of the same prefectures never wait in a
        # ring.
        prefix: iter(
            list(
                connection.scalars(
                    text("SELECT next_project_ids(:prefix, :count)"), {"prefix": prefix, "count": count}
                )
            )
        )
        for prefix, count in sorted(Counter(listed).items())
    }
    return [next(fresh[prefix]) for prefix in listed]
