"""Which matters are meant: the conditions of a question in SQL, every value bound; the rule of timing."""

from datetime import date
from typing import Any, Final

from data.store.filtering import like
from projects.matters.model import DUE_SOON_DAYS, WAITING, Timing
from projects.matters.ports import Asked

Clause = tuple[str, dict[str, Any]]

_WAITING: Final = ", ".join(sorted(f"'{state}'" for state in WAITING))

TIMINGS: Final = tuple(Timing)
"""In the order of the list; ``TURN`` is a place in it."""


TURN: Final = f"""
    CASE WHEN m.state = 'closed' THEN {TIMINGS.index(Timing.CLOSED)}
         WHEN m.state = 'answered' THEN {TIMINGS.index(Timing.ANSWERED)}
         WHEN m.due_on IS NULL THEN {TIMINGS.index(Timing.UNDATED)}
         WHEN m.due_on < :today THEN {TIMINGS.index(Timing.OVERDUE)}
         WHEN m.due_on <= :today + {DUE_SOON_DAYS} THEN {TIMINGS.index(Timing.DUE_SOON)}
         ELSE {TIMINGS.index(Timing.IN_TIME)} END"""
"""``projects.matters.model.timing`` in SQL, as a place in ``TIMINGS``."""
DAY: Final = """
    CASE WHEN m.state = 'closed' THEN DATE '2000-01-01' - m.closed_on ELSE m.due_on - DATE '2000-01-01' END"""
"""What orders matters of one timing: the due date, of closed ones the latest first."""
LONG_OPEN: Final = "m.state <> 'closed' AND m.raised_on < :today - CAST(:long_days AS integer)"
ORDER: Final = "turn, day NULLS LAST, id"
"""The most overdue first, then by due date, undated ones, answered, closed (latest first)."""

_TIMINGS: Final = {
    Timing.CLOSED: "m.state = 'closed'",
    Timing.ANSWERED: "m.state = 'answered'",
    Timing.UNDATED: f"(m.state IN ({_WAITING}) AND m.due_on IS NULL)",
    Timing.OVERDUE: f"(m.state IN ({_WAITING}) AND m.due_on < :today)",
    Timing.DUE_SOON: f"(m.state IN ({_WAITING}) AND m.due_on BETWEEN :today AND :today + {DUE_SOON_DAYS})",
    Timing.IN_TIME: f"(m.state IN ({_WAITING}) AND m.due_on > :today + {DUE_SOON_DAYS})",
}
_UNITS: Final = "(SELECT with_predecessors(ARRAY[:unit]))::text[]"
_LEADS: Final = f"m.lead_unit = ANY ({_UNITS})"
_CONCERNS: Final = f"(m.raised_unit = ANY ({_UNITS}) OR {_LEADS} OR m.support_units && {_UNITS})"
_ON_AGENDA: Final = "m.id IN (SELECT matter_id FROM meeting_item WHERE meeting_id = :meeting)"
_SAYS: Final = "(lower(m.title) LIKE :words OR m.id = :number)"


def where(asked: Asked, today: date) -> Clause:
    """Return the condition over ``matter m`` and its parameters; ``today`` is bound in any case."""
    found: list[str] = ["true"]
    values: dict[str, Any] = {"today": today}
    for name in ("province", "prefecture", "county", "zone"):
        if codes := getattr(asked.chosen, name):
            found.append(f"m.area_codes && CAST(:{name} AS text[])")
            values[name] = list(codes)
    for condition, given in (
        ("m.record_id = ANY (:ids)", {"ids": list(asked.chosen.ids)}),
        ("m.kind = ANY (:kinds)", {"kinds": [str(kind) for kind in asked.kinds]}),
        ("m.state = ANY (:states)", {"states": [str(state) for state in asked.states]}),
        (_LEADS if asked.lead_only else _CONCERNS, {"unit": asked.unit_id}),
        ("m.record_id = :project", {"project": asked.project_id}),
        (_ON_AGENDA, {"meeting": asked.meeting_id}),
        (LONG_OPEN.replace("long_days", "open_days"), {"open_days": asked.open_days}),
        (_SAYS, _words(asked.words)),
    ):
        if any(given.values()):
            found.append(f"({condition})")
            values |= given
    if asked.timings:
        found.append(f"({' OR '.join(_TIMINGS[one] for one in dict.fromkeys(asked.timings))})")
    return " AND ".join(found), values


def _words(words: str) -> dict[str, Any]:
    """Return the pattern of some words and the number that they may be; nothing for no words."""
    plain = words.replace("\0", "").strip()
    if not plain:
        return {"words": "", "number": 0}
    digits = plain.lstrip("#")
    return {"words": like(plain), "number": int(digits) if digits.isdecimal() and len(digits) < 10 else 0}
