"""Third-party evaluation (第三方评价): what an evaluator found, kept apart from what offices report.

An evaluator's account reads what a reviewer of its scope reads and writes nothing but its own findings. A
finding is seen by its writer alone until it is handed in; then by the units concerned, those above and
administrators. What has been handed in never changes: a correction is a further finding that names the one
it replaces.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol

LONGEST_TITLE: Final = 120
LONGEST_TEXT: Final = 4000
LONGEST_METHOD: Final = 200
HIGHEST_SCORE: Final = Decimal(100)
FIRST_DAY: Final = date(1990, 1, 1)


class Rating(StrEnum):
    """The evaluator's judgement, in four grades; unknown is its own word."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    UNKNOWN = "unknown"


RATING_ZH: Final[Mapping[Rating, str]] = MappingProxyType(
    {Rating.GOOD: "好", Rating.FAIR: "一般", Rating.POOR: "较差", Rating.UNKNOWN: "无法判断"}
)


class FindingState(StrEnum):
    """Where a finding stands."""

    DRAFT = "draft"
    HANDED_IN = "handed_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingDraft:
    """A finding as typed, about a record or an area, on what was seen on a day; ``score`` 0–100 or none."""

    title: str
    text: str
    project_id: str = ""
    area_code: str = ""
    rating: Rating = Rating.UNKNOWN
    score: Decimal | None = None
    seen_on: date | None = None
    method: str = ""
    """How it was found out: visit, sample, interviews, files."""
    replaces_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A finding as stored."""

    id: int
    draft: FindingDraft
    state: FindingState
    project_name: str
    area_name: str
    written_by: str
    organisation: str
    """The evaluating body, as its account is called."""
    created_at: datetime
    handed_in_at: datetime | None
    replaced_by: int | None
    files: int
    may_edit: bool


class Fault(StrEnum):
    """What can be wrong with a finding as typed."""

    ABOUT_NOTHING = "about_nothing"
    ABOUT_TWO_THINGS = "about_two_things"
    EMPTY = "empty"
    TEXT_TOO_LONG = "text_too_long"
    INVALID_SCORE = "invalid_score"
    IN_THE_FUTURE = "in_the_future"
    INVALID_DATE = "invalid_date"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: the field, what is wrong, and the value as given (shortened)."""

    field: str
    fault: Fault
    value: str


_LONGEST: Final[Mapping[str, int]] = MappingProxyType(
    {"title": LONGEST_TITLE, "text": LONGEST_TEXT, "method": LONGEST_METHOD}
)


def longest(field: str) -> int:
    """Return how many characters a text of a finding may have.

    >>> longest("title")
    120
    """
    return _LONGEST[field]


def tidy(draft: FindingDraft) -> FindingDraft:
    """Return a draft without spaces around its texts and without characters that no text can hold."""
    texts = {name: getattr(draft, name).replace("\0", "").strip() for name in _LONGEST}
    return replace(draft, **texts, project_id=draft.project_id.strip(), area_code=draft.area_code.strip())


def problems(draft: FindingDraft, today: date) -> tuple[Problem, ...]:
    """Return what is wrong with a tidy draft; ``today`` is the office's date.

    A score or a day that nobody knows is no fault; a score has two decimals at most.

    >>> [p.fault.value for p in problems(FindingDraft(title="x", text="y"), date(2026, 5, 1))]
    ['about_nothing']
    """
    return (*_about(draft), *_texts(draft), *_score(draft.score), *_day(draft.seen_on, today))


def _about(draft: FindingDraft) -> list[Problem]:
    if draft.project_id and draft.area_code:
        return [Problem("project_id", Fault.ABOUT_TWO_THINGS, draft.project_id)]
    if not draft.project_id and not draft.area_code:
        return [Problem("project_id", Fault.ABOUT_NOTHING, "")]
    return []


def _texts(draft: FindingDraft) -> list[Problem]:
    held = {name: str(getattr(draft, name)) for name in _LONGEST}
    found = [Problem(name, Fault.EMPTY, "") for name in ("title", "text") if not held[name]]
    return found + [
        Problem(name, Fault.TEXT_TOO_LONG, str(len(text)))
        for name, text in held.items()
        if len(text) > _LONGEST[name]
    ]


def _score(score: Decimal | None) -> list[Problem]:
    if score is None:
        return []
    fits = score.is_finite() and 0 <= score <= HIGHEST_SCORE and score == round(score, 2)
    return [] if fits else [Problem("score", Fault.INVALID_SCORE, str(score)[:20])]


def _day(day: date | None, today: date) -> list[Problem]:
    if day is None or FIRST_DAY <= day <= today:
        return []
    fault = Fault.IN_THE_FUTURE if day > today else Fault.INVALID_DATE
    return [Problem("seen_on", fault, str(day))]


class Evaluations(Protocol):
    """Findings as one person may see and write them; ``SignInNeeded`` without a session."""

    def page(
        self,
        *,
        area_code: str = "",
        project_id: str = "",
        mine: bool = False,
        limit: int = 30,
        offset: int = 0,
    ) -> tuple[tuple[Finding, ...], int]:
        """Return a page of findings, newest first, and how many there are.

        An area stands for itself and what lies in it; what a later finding replaced is among them, marked.
        """
        ...

    def get(self, key: int) -> Finding:
        """Return one; ``UnknownRecord``."""
        ...

    def write(self, draft: FindingDraft) -> int:
        """Store a new draft and return its number; ``NotAllowed`` for whoever is no evaluator."""
        ...

    def change(self, key: int, draft: FindingDraft) -> None:
        """Replace a draft of one's own."""
        ...

    def hand_in(self, key: int) -> None:
        """Hand a finding in: from now on it never changes."""
        ...

    def drop(self, key: int) -> None:
        """Throw a draft of one's own away."""
        ...
