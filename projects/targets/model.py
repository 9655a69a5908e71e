"""What a target, an indicator, a recipe and a report are; the registry's code lists."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class IndicatorKind(StrEnum):
    """What sort of number an indicator is; a percentage or ratio is never added or averaged over areas."""

    COUNT = "count"
    SUM = "sum"
    PERCENTAGE = "percentage"
    RATIO = "ratio"
    AMOUNT = "amount"


class Direction(StrEnum):
    """Whether more or less is better."""

    UP = "up"
    DOWN = "down"


class Aggregation(StrEnum):
    """Whether the values of counties add up to that of their prefecture."""

    SUM = "sum"
    NONE = "none"


class PeriodKind(StrEnum):
    """What a figure is about: a year, a day, or a gain between two days (which needs its start)."""

    YEAR = "year"
    DATE = "date"
    SPAN = "span"


class Method(StrEnum):
    """How a target's actual value is obtained."""

    RULE = "rule"
    """A rule (an age, an area threshold), no quantity to reach."""
    REPORT = "report"
    SLOTS = "slots"
    """Confirmed units of a programme that has numbered slots."""
    CHILDREN = "children"
    """Records below a programme that have come so far."""
    CHILDREN_BEDS = "children_beds"
    NAMED = "named"
    """So many of the records that the text names."""
    RATE = "rate"
    """A number over a population of the census."""
    GROWTH = "growth"
    INCREASE = "increase"


class ReportState(StrEnum):
    """Where a reported figure stands; ``REPLACED`` is the trail that a correction leaves."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REPLACED = "replaced"


class Status(StrEnum):
    """What can be said of a target."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "cannot_compute"
    RULE = "not_measurable"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One line of the registry (``indicators.csv``); values lie between ``lowest`` and ``highest``."""

    code: str
    zh: str
    en: str
    unit: str
    kind: IndicatorKind
    direction: Direction
    aggregation: Aggregation
    period: PeriodKind
    lowest: Decimal
    highest: Decimal
    computed: str
    definition: str
    definition_en: str

    @property
    def adds_up(self) -> bool:
        """Whether the values of parts may be added."""
        return self.aggregation is Aggregation.SUM

    @property
    def reported(self) -> bool:
        """Whether offices report it; what is only counted or computed is not filed by hand."""
        return "report" in self.computed

    def name(self, language: str = "zh") -> str:
        """Return the name in a language."""
        return self.en if language == "en" else self.zh

    def meaning(self, language: str = "zh") -> str:
        """Return what is counted, in a language."""
        return self.definition_en if language == "en" else self.definition


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a target is measured (``target_recipes.csv``)."""

    method: Method
    indicator: str = ""
    base: str = ""
    """The stock behind a rate, growth or increase: an indicator."""
    programme: str = ""
    records: tuple[str, ...] = ()
    kind: str = ""
    category: str = ""
    ownership: str = ""
    population: str = ""
    """``elderly`` (60+ and 65+ side by side) or ``all``."""
    counted: str = ""
    """Which stages count: ``finished``, ``started`` or ``settled``."""
    closed: bool = False
    """Whether the library knows all there is to count; else it proves "met" at most, never "not met"."""
    note: str = ""
    note_en: str = ""

    def why(self, language: str = "zh") -> str:
        """Return what the recipe counts, or why there is nothing to count, in a language."""
        return self.note_en if language == "en" else self.note


@dataclass(frozen=True, slots=True)
class Target:
    """A number that a document promises; ``area_code`` is whose, ``each`` whether every county needs it."""

    id: str
    document_id: str
    section: str
    task_id: str
    quote: str
    indicator: str
    indicator_en: str
    operator: str
    value: Decimal
    value_high: Decimal | None
    unit: str
    year: int | None
    base_year: int | None
    level: str
    area_code: str
    per_area: str
    denominator: str
    note: str
    recipe: Recipe
    leads: tuple[tuple[str, str], ...] = ()
    """Unit id and name of those the task makes responsible, in print order."""

    @property
    def each(self) -> bool:
        """Whether the number holds for every county of the area, not for the area as a whole."""
        return self.per_area == "each" and self.level == "county"

    def name(self, language: str = "zh") -> str:
        """Return what is promised, in a language."""
        return (self.indicator_en if language == "en" else "") or self.indicator


@dataclass(frozen=True, slots=True)
class Report:
    """One figure: indicator × area × period × value × source, and where it stands."""

    id: int
    indicator: str
    area_code: str
    period_from: date | None
    period_to: date
    value: Decimal
    source_note: str
    state: ReportState
    basis: str = "reported"
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    unit_id: str = ""
    filed_by: str = ""
    filed_at: datetime | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    remark: str = ""
    replaced_by: int | None = None


@dataclass(frozen=True, slots=True)
class Filing:
    """A figure as it is handed in by a unit, checked (see ``projects.targets.checking``)."""

    unit_id: str
    indicator: str
    area_code: str
    period_from: date | None
    period_to: date
    value: Decimal
    source_note: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None
