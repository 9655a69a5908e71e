"""One filter → one WHERE clause over ``project_facet`` (f), or over the counts kept beside it; values bound.

What a filter asks is divided among three tables of combinations (0026_counts_kept.sql): ``facet_place`` where
and whose, ``facet_sort`` of what sort, ``facet_link`` from which document and by whom. Their keys stand in
each facet, and comparing keys is what an index may do under row-level security; comparing lists is not.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import Connection, text

from projects.filters import ProjectFilter

Clause = tuple[str, dict[str, Any]]

TABLES: Final = ("place", "sort", "link")
"""The tables of combinations: ``facet_place`` has the key ``place_key``, and so on."""

PLACE_CODE: Final = "coalesce(f.county_code, f.zone_id, f.prefecture_code, f.province_code)"
"""The finest area a record is known to lie in, null for none: a record of several counties counts once."""

PLACE_LEVEL: Final = """
    CASE WHEN f.county_code IS NOT NULL THEN 'county' WHEN f.zone_id IS NOT NULL THEN 'zone'
         WHEN f.prefecture_code IS NOT NULL THEN 'prefecture'
         WHEN f.province_code IS NOT NULL THEN 'province' END"""
"""What sort of area that is."""


def where(chosen: ProjectFilter, *, leave_out: str = "") -> Clause:
    """Return the SQL condition and its parameters; ``leave_out`` drops one field (for its own choices).

    Published records only, also for those who may see more: map, table and export hold the same records for
    everybody. What waits to be published is found at the desk.
    """
    asked = _asked(chosen, leave_out)
    own = [_CONDITIONS[name].format("f") for name in asked if _TABLE.get(name, "sort") == "sort"]
    keyed = [f"f.{_within(table, asked)}" for table in ("place", "link") if _of(table, asked)]
    return " AND ".join(["f.published", *own, *keyed]), _bound(asked)


def keys(chosen: ProjectFilter, *, leave_out: str = "", alias: str = "c") -> Clause | None:
    """Return the condition on the keys that the kept counts (``alias``) have; None where they cannot answer.

    That is the case for words, hand-picked records and townships.
    """
    asked = _asked(chosen, leave_out)
    if any(name not in _TABLE for name in asked):
        return None
    parts = [f"{alias}.{_within(table, asked)}" for table in TABLES if _of(table, asked)]
    return " AND ".join(parts) or "true", _bound(asked)


def in_order(connection: Connection, chosen: ProjectFilter) -> Clause:
    """Return the condition with the keys themselves: an index of them is read in order, without a join."""
    asked = _asked(chosen, "")
    parts, parameters = ["f.published"], {}
    for name in asked:
        if name not in _TABLE:
            parts.append(_CONDITIONS[name].format("f"))
            parameters[name] = _bind(name, asked[name])
    for table in TABLES:
        condition, values = combinations(table, chosen)
        if values:
            query = text(f"SELECT DISTINCT d.key FROM facet_{table} AS d WHERE {condition}")  # noqa: S608
            parameters[f"{table}_keys"] = list(connection.scalars(query, values))
            parts.append(f"f.{table}_key = ANY (CAST(:{table}_keys AS bigint[]))")
    return " AND ".join(parts), parameters


def combinations(table: str, chosen: ProjectFilter) -> Clause:
    """Return the condition on one table of combinations (d), leaving out what it does not hold."""
    asked = _asked(chosen, "")
    held = {name: asked[name] for name in _of(table, asked)}
    return " AND ".join(_CONDITIONS[name].format("d") for name in held) or "true", _bound(held)


def without(table: str, chosen: ProjectFilter) -> ProjectFilter:
    """Return the filter without the fields that one table of combinations holds."""
    return chosen.with_(**dict.fromkeys(_of(table, _asked(chosen, "")), ()))


def asks(table: str, chosen: ProjectFilter, *, leave_out: str = "") -> bool:
    """Tell whether the filter restricts what one table of combinations holds."""
    return bool(_of(table, _asked(chosen, leave_out)))


def like(words: str) -> str:
    r"""Return a LIKE pattern that finds the words as they stand; wildcards in them are ordinary characters.

    >>> like("50%_off")
    '%50\\%\\_off%'
    """
    escaped = words.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _asked(chosen: ProjectFilter, leave_out: str) -> dict[str, Any]:
    """Return the fields that restrict, with their values."""
    values = {name: getattr(chosen, name) for name in ProjectFilter.model_fields if name != leave_out}
    return {name: value for name, value in values.items() if value}


def _of(table: str, asked: Mapping[str, Any]) -> list[str]:
    return [name for name in asked if _TABLE.get(name) == table]


def _within(table: str, asked: Mapping[str, Any]) -> str:
    """Return the condition that a key is one of the combinations wanted: a semi-join for the planner."""
    conditions = " AND ".join(_CONDITIONS[name].format("d") for name in _of(table, asked))
    return f"{table}_key IN (SELECT d.key FROM facet_{table} AS d WHERE {conditions})"  # noqa: S608


def _bound(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _bind(name, value) for name, value in asked.items()}


def _bind(name: str, value: Any) -> Any:
    make: Callable[[Any], Any] = _BINDERS.get(name, lambda values: [str(v) for v in values])
    return make(value)


_BINDERS: Final[dict[str, Callable[[Any], Any]]] = {
    "q": like,
    "precision": lambda values: [int(v) for v in values],
}

_CONDITIONS: Final = {
    "province": "{}.area_codes && CAST(:province AS text[])",
    "prefecture": "{}.area_codes && CAST(:prefecture AS text[])",
    "county": "{}.area_codes && CAST(:county AS text[])",
    "township": "{}.township_code = ANY (:township)",
    "zone": "{}.zone_id = ANY (:zone)",
    "category": "{}.category = ANY (:category)",
    "kind": "{}.kind = ANY (:kind)",
    "stage": "{}.stage = ANY (:stage)",
    "funding": "{}.funding_status = ANY (:funding)",
    "mode": "{}.delivery_mode = ANY (:mode)",
    "promotion": "{}.promotion_stage = ANY (:promotion)",
    "owner": "{}.owner_unit_id = ANY (:owner)",
    "document": "{}.document_ids && CAST(:document AS text[])",
    "task": "{}.task_ids && CAST(:task AS text[])",
    "lead": "{}.lead_ids && CAST(:lead AS text[])",
    "support": "{}.support_ids && CAST(:support AS text[])",
    "duty": "{}.duty_ids && CAST(:duty AS text[])",
    "keylist": "{}.key_lists && CAST(:keylist AS text[])",
    "precision": "{}.precision = ANY (:precision)",
    "ids": "{}.project_id = ANY (:ids)",
    "q": "{}.search LIKE :q",
}
"""Field → condition on the table whose alias stands for the braces."""

_TABLE: Final = (
    dict.fromkeys(("province", "prefecture", "county", "zone", "owner"), "place")
    | dict.fromkeys(("category", "kind", "stage", "funding", "mode", "promotion", "precision"), "sort")
    | dict.fromkeys(("document", "task", "lead", "support", "duty", "keylist"), "link")
)
"""Field → the table of combinations that holds it; the others stand in the record alone."""
