"""Fictional village clinics by the hundred thousand: drawn as arrays, made into rows while they are sent."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from itertools import compress
from typing import Any, Final

import numpy as np

from data.demo.inventing import OFFICE_TIME
from data.demo.words import BRANDS, SOURCE
from data.synth.land import IntArray, Land
from projects.codes import Basis, Category, DeliveryMode, Kind, Ownership, Stage
from projects.names import normalised

PREFIX: Final = "SLW"
"""Ids of fictional clinics: SLW-000001 (示例·卫生室); no real record has this prefix."""

PRECISIONS: Final = ((1, 2, 3, 4, 5, 0), (0.52, 0.31, 0.12, 0.035, 0.01, 0.005))
"""How well a clinic is placed: of a hundred, 95 have a point, 4 are known to a county or prefecture only."""
PLACED: Final = 3
"""Up to this precision a record has a point."""

_STAGES: Final = (
    (Stage.OPERATING, Stage.CONSTRUCTION, Stage.COMPLETED, Stage.PREPARATION, Stage.RESERVE, Stage.NEW_START,
     Stage.UNKNOWN, Stage.SUSPENDED),
    (0.55, 0.10, 0.08, 0.07, 0.07, 0.04, 0.07, 0.02),
)  # fmt: skip
_MODES: Final = tuple(DeliveryMode)
_MODE_SHARES: Final = (0.30, 0.01, 0.01, 0.34, 0.08, 0.06, 0.04, 0.01, 0.05, 0.02, 0.08)
_OWNERSHIPS: Final = (*Ownership, None)
_NOTE: Final = "示例数据，全部虚构，不代表任何真实机构"

COLUMNS: Final = (
    "id", "name", "name_normalised", "kind", "category", "province_code", "prefecture_code", "county_code",
    "county_basis", "address", "owner_unit_id", "stage", "stage_words", "as_of_year", "delivery_mode",
    "ownership", "total_investment", "floor_area_m2", "note", "basis", "published", "created_by",
    "created_at", "updated_by", "updated_at", "provenance",
)  # fmt: skip
Row = tuple[Any, ...]


def name_of(number: int) -> str:
    """Return a name that nobody takes for a real one.

    >>> name_of(1)
    '示例云杉村卫生室（演示000001）'
    """
    return f"示例{BRANDS[(number - 1) % len(BRANDS)]}村卫生室（演示{number:06d}）"


def id_of(number: int) -> str:
    """Return the id of the fictional clinic with a number from 1 on.

    >>> id_of(12)
    'SLW-000012'
    """
    return f"{PREFIX}-{number:06d}"


class Clinics:
    """``count`` clinics of one seed, drawn at once; another number of them is another library."""

    def __init__(self, land: Land, count: int, seed: int, today: date) -> None:
        dice = np.random.default_rng([seed, 1])
        self.land, self.count, self.today = land, count, today
        self.county: IntArray = land.draw(dice, count)
        self.precision: IntArray = dice.choice(PRECISIONS[0], size=count, p=PRECISIONS[1]).astype(np.int64)
        self._stage = dice.choice(len(_STAGES[0]), size=count, p=_STAGES[1])
        self._mode = dice.choice(len(_MODES), size=count, p=_MODE_SHARES)
        self._ownership = dice.choice(len(_OWNERSHIPS), size=count)
        self._money = np.where(dice.random(count) < 0.6, dice.lognormal(3.0, 0.6, count), np.nan)
        self._size = np.where(dice.random(count) < 0.5, dice.integers(60, 300, count), -1)
        self._days = np.minimum(dice.exponential(45, count), 600).astype(int)
        self._published = dice.random(count) >= 0.02

    def ids(self) -> list[str]:
        """Return all ids in order."""
        return [id_of(number) for number in range(1, self.count + 1)]

    def rows(self) -> Iterator[Row]:
        """Yield the rows of the project table, columns as in ``COLUMNS``."""
        noon = datetime.combine(self.today, time(12), OFFICE_TIME)
        drawn = zip(
            self.county.tolist(), self.precision.tolist(), self._stage.tolist(), self._mode.tolist(),
            self._ownership.tolist(), self._money.tolist(), self._size.tolist(), self._days.tolist(),
            self._published.tolist(), strict=True,
        )  # fmt: skip
        for number, values in enumerate(drawn, 1):
            yield self._row(number, values, noon)

    def _row(self, number: int, drawn: Sequence[Any], noon: datetime) -> Row:
        county, precision, stage_at, mode, ownership, money, size, days, published = drawn
        name, stage = name_of(number), _STAGES[0][stage_at]
        stamp = noon - timedelta(days=days)
        filled = (
            name, normalised(name), Kind.SITE, Category.VILLAGE_CLINIC,
            *self._areas(county, precision, number),
            stage, None if stage is Stage.UNKNOWN else f"示例：{stage}",
            None if stage is Stage.UNKNOWN else self.today.year, _MODES[mode], _OWNERSHIPS[ownership],
            Decimal(f"{money:.2f}") if money > 0 else None, size if size > 0 else None, _NOTE,
        )  # fmt: skip
        known = tuple(value is not None for value in filled)
        upkeep = (Basis.DEMO, published, SOURCE, noon - timedelta(days=700), SOURCE, stamp)
        return (id_of(number), *filled, *upkeep, _provenance(known))

    def _areas(self, county: int, precision: int, number: int) -> Row:
        """Return province, prefecture, county, its basis, address and owner unit: as much as is known."""
        if not precision:
            return (None,) * 6
        found = self.land.counties[county]
        above = found.province_code, found.prefecture_code
        if precision == 5:
            return (*above, None, None, None, found.prefecture_code)
        address = f"{found.name}示例路{number % 997 + 1}号" if precision <= 2 else None
        return (*above, found.code, Basis.DEMO, address, found.code)


_UNSOURCED: Final = frozenset({"name_normalised", "province_code", "county_basis", "owner_unit_id"})


@cache
def _provenance(known: tuple[bool, ...]) -> str:
    """Return the field → source map of the filled fields, as JSON."""
    entry = {"basis": Basis.DEMO, "source": SOURCE}
    names = compress(COLUMNS[1:], known)
    return json.dumps({name: entry for name in names if name not in _UNSOURCED})
