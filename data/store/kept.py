"""Records by the keys of what a filter asks: from the counts kept beside them, or counted from the facets."""

from typing import Final

from data.store.filtering import Clause, asks, keys, where
from projects.filters import ProjectFilter

KNOWN: Final = "(SELECT DISTINCT ON (d.key) d.* FROM facet_{table} AS d) AS {table}"
"""A table of combinations as a relation of its name; two writers may have written the same one down."""


def counted(chosen: ProjectFilter, *groups: str, leave_out: str = "") -> Clause:
    """Return a query of rows (``place_key``, ``sort_key``, ``link_key`` as asked, ``n``) and its parameters.

    ``groups`` name the tables of combinations whose keys are wanted. Rows are to be added up: the kept counts
    hold several of one key, also negative ones.
    """
    columns = [f"{table}_key" for table in groups]
    found = keys(chosen, leave_out=leave_out)
    if found is None:
        condition, parameters = where(chosen, leave_out=leave_out)
        named = "".join(f"f.{column}, " for column in columns)
        return f"SELECT {named}1 AS n FROM project_facet AS f WHERE {condition}", parameters  # noqa: S608
    placed = "place" in groups or asks("place", chosen, leave_out=leave_out)
    source, named = ("facet_count" if placed else "facet_total"), "".join(f"c.{name}, " for name in columns)
    return f"SELECT {named}c.n FROM {source} AS c WHERE {found[0]}", found[1]  # noqa: S608


def known(table: str) -> str:
    """Return a table of combinations with each of them once, named as the table."""
    return KNOWN.format(table=table)
