"""One filter → one WHERE clause over ``project_facet`` (f), every value bound."""

from collections.abc import Callable
from typing import Any, Final

from projects.filters import ProjectFilter

Clause = tuple[str, dict[str, Any]]

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
    conditions, parameters = ["f.published"], {}
    for name in ProjectFilter.model_fields:
        value = getattr(chosen, name)
        if value and name != leave_out:
            conditions.append(_CONDITIONS[name])
            parameters[name] = _bind(name, value)
    return " AND ".join(conditions), parameters


def like(words: str) -> str:
    r"""Return a LIKE pattern that finds the words as they stand; wildcards in them are ordinary characters.

    >>> like("50%_off")
    '%50\\%\\_off%'
    """
    escaped = words.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _bind(name: str, value: Any) -> Any:
    make: Callable[[Any], Any] = _BINDERS.get(name, lambda values: [str(v) for v in values])
    return make(value)


_BINDERS: Final[dict[str, Callable[[Any], Any]]] = {
    "q": like,
    "precision": lambda values: [int(v) for v in values],
}

_CONDITIONS: Final = {
    "province": "f.area_codes && CAST(:province AS text[])",
    "prefecture": "f.area_codes && CAST(:prefecture AS text[])",
    "county": "f.area_codes && CAST(:county AS text[])",
    "township": "f.township_code = ANY (:township)",
    "zone": "f.zone_id = ANY (:zone)",
    "category": "f.category = ANY (:category)",
    "kind": "f.kind = ANY (:kind)",
    "stage": "f.stage = ANY (:stage)",
    "funding": "f.funding_status = ANY (:funding)",
    "mode": "f.delivery_mode = ANY (:mode)",
    "promotion": "f.promotion_stage = ANY (:promotion)",
    "owner": "f.owner_unit_id = ANY (:owner)",
    "document": "f.document_ids && CAST(:document AS text[])",
    "task": "f.task_ids && CAST(:task AS text[])",
    "lead": "f.lead_ids && CAST(:lead AS text[])",
    "support": "f.support_ids && CAST(:support AS text[])",
    "duty": "f.duty_ids && CAST(:duty AS text[])",
    "keylist": "f.key_lists && CAST(:keylist AS text[])",
    "precision": "f.precision = ANY (:precision)",
    "ids": "f.project_id = ANY (:ids)",
    "q": "f.search LIKE :q",
}
