"""``Scorecards`` over PostGIS: counts by county or unit in one pass, weights kept in a table."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, text

from data.database import Database
from data.store.answers import answers
from data.store.filtering import PLACE_CODE, where
from data.store.scores.fields import CONDITIONS, LIVING, OWNERS, STEPS
from data.store.summaries import FACETS, FROM
from projects.codes import Basis
from projects.errors import BadValue, NotAllowed
from projects.filters import ProjectFilter
from projects.lifecycle.dispatch import OFFICE_TIME
from projects.scores.model import (
    HIGHEST,
    CheckedField,
    Component,
    Counted,
    Known,
    Lacking,
    Tallied,
    TargetsMet,
    WeightChange,
    Weights,
)
from projects.scores.ports import TargetsOf

UNIT: Final = "f.owner_unit_id"


class PostgisScorecards:
    """The ``Scorecards`` of one session; ``targets`` tells how the targets of the areas stand."""

    def __init__(self, database: Database, token: str = "", targets: TargetsOf | None = None) -> None:
        self._database = database
        self._token = token
        self._targets = targets

    def by_area(self, chosen: ProjectFilter) -> Tallied:
        """Return the counts of every county that holds a match; what is in none stands under its area."""
        return self._counted(chosen, PLACE_CODE)

    def by_unit(self, chosen: ProjectFilter) -> Tallied:
        """Return the counts of every owner unit that has a match."""
        return self._counted(chosen, UNIT)

    def _counted(self, chosen: ProjectFilter, key: str) -> Tallied:
        rows, names = answers(self._database).of(
            self._database,
            self._token,
            ("scores", chosen, key, datetime.now(OFFICE_TIME).date()),
            lambda connection: _read(connection, chosen, key),
        )
        met = self._targets() if self._targets else {}
        return Tallied(
            tuple(_group(row, names, met) for row in rows if row.living),
            sum(row.records for row in rows if not row.living),
        )

    def lacking(
        self, chosen: ProjectFilter, field: CheckedField, *, area: str = "", unit: str = "", limit: int = 50
    ) -> tuple[Lacking, ...]:
        """Return the first records of an area or a unit that lack a field, in id order."""
        condition, values = where(chosen)
        wanted, known = CONDITIONS[field]
        key, asked = (UNIT, unit) if unit else (PLACE_CODE, area)
        here = f"{key} = :key" if asked else f"{key} IS NULL"
        query = (
            f"SELECT p.id, p.name, coalesce(f.owner_unit_id, '') AS owner {FROM} {OWNERS} {STEPS}"
            f" WHERE {condition} AND {LIVING} AND {here} AND {wanted} AND ({known}) IS NOT TRUE"
            " ORDER BY p.id LIMIT :limit"
        )
        asked_values = values | ({"key": asked} if asked else {}) | {"limit": limit}
        with self._database.reading(self._token) as connection:
            return tuple(
                Lacking(r.id, r.name, r.owner) for r in connection.execute(text(query), asked_values)
            )

    def weights(self) -> Weights:
        """Return the present weights."""
        with self._database.reading(self._token) as connection:
            rows = connection.execute(
                text("SELECT part, name, weight FROM score_weight ORDER BY part, position")
            )
            held = {(row.part, row.name): row.weight for row in rows}
        return Weights(
            {one: held.get(("component", str(one)), Decimal(0)) for one in Component},
            {one: held.get(("field", str(one)), Decimal(0)) for one in CheckedField},
        )

    def set_weights(
        self, components: Mapping[Component, Decimal], fields: Mapping[CheckedField, Decimal], reason: str
    ) -> int:
        """Store weights and return how many changed; ``NotAllowed`` unless an administrator's session."""
        wanted = {("component", str(k)): v for k, v in components.items()}
        wanted |= {("field", str(k)): v for k, v in fields.items()}
        for (_, name), weight in wanted.items():
            if not 0 <= weight <= HIGHEST:
                raise BadValue(
                    f"权重应在 0 到 {HIGHEST} 之间：{name} = {weight}，没有保存任何改动。"
                    f" A weight lies between 0 and {HIGHEST}: {name} = {weight}; nothing was saved"
                )
        with self._database.writing(self._token, reason) as connection:
            if not connection.scalar(text("SELECT writes_everything()")):
                raise NotAllowed(
                    "只有管理员可以修改评分权重，没有保存任何改动。"
                    " Only an administrator changes the weights; nothing was saved"
                )
            return sum(connection.execute(_SET, _values(*item)).rowcount for item in wanted.items())

    def changes(self, limit: int = 50) -> tuple[WeightChange, ...]:
        """Return the last changes of weights, newest first; nothing for whoever has not signed in."""
        if not self._token:
            return ()
        with self._database.reading(self._token) as connection:
            return tuple(
                WeightChange(
                    r.part, r.name, r.old_weight, r.new_weight, r.changed_by, r.changed_at, r.reason or ""
                )
                for r in connection.execute(_CHANGES, {"limit": limit})
            )


def _values(key: tuple[str, str], weight: Decimal) -> dict[str, Any]:
    return {"part": key[0], "name": key[1], "weight": weight}


_SET: Final = text(
    "UPDATE score_weight SET weight = :weight WHERE part = :part AND name = :name AND weight <> :weight"
)
_CHANGES: Final = text(
    "SELECT part, name, old_weight, new_weight, changed_by, changed_at, reason FROM score_weight_change"
    " ORDER BY id DESC LIMIT :limit"
)
_HASHED: Final = (
    "SET LOCAL enable_nestloop = off; SET LOCAL enable_sort = off; SET LOCAL jit = off;"
    " SET LOCAL work_mem = '64MB'"
)
"""Row by row, the planner would ask the policies of steps and parties once for every record."""


def _counts() -> str:
    """Return the columns ``wanted_…`` and ``known_…`` of every field."""
    return ", ".join(
        f"count(*) FILTER (WHERE {wanted}) AS wanted_{field},"
        f" count(*) FILTER (WHERE {wanted} AND {known}) AS known_{field}"
        for field, (wanted, known) in CONDITIONS.items()
    )


_COUNTED: Final = (
    f"SELECT {{key}} AS key, {LIVING} AS living, count(*) AS records,"
    f" count(*) FILTER (WHERE f.basis = '{Basis.DEMO}') AS demo, {_counts()},"
    " coalesce(sum(steps.planned), 0) AS planned, coalesce(sum(steps.overdue), 0) AS overdue"
    f" {FACETS} {OWNERS} {STEPS} WHERE {{where}} GROUP BY 1, 2 ORDER BY 1, 2"
)


def _read(
    connection: Connection, chosen: ProjectFilter, key: str
) -> tuple[Sequence[Any], Mapping[str, tuple[str, str]]]:
    """Return the counts by area or unit, and the names of those."""
    condition, values = where(chosen)
    connection.exec_driver_sql(_HASHED)
    rows = connection.execute(text(_COUNTED.format(key=key, where=condition)), values).all()
    return rows, _names(connection, [row.key for row in rows if row.key])


def _names(connection: Connection, keys: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return name and kind of areas and units; every area and zone is an owner unit too."""
    rows = connection.execute(
        text("SELECT id, name, kind FROM owner_unit WHERE id = ANY (:keys)"), {"keys": list(keys)}
    )
    return {row.id: (row.name, row.kind) for row in rows}


def _group(row: Any, names: Mapping[str, tuple[str, str]], met: Mapping[str, TargetsMet]) -> Counted:
    key = row.key or ""
    name, level = names.get(key, (key, ""))
    return Counted(
        key=key,
        name=name,
        level=level,
        records=row.records,
        demo=row.demo,
        fields={
            one: Known(getattr(row, f"wanted_{one}"), getattr(row, f"known_{one}")) for one in CheckedField
        },
        planned=int(row.planned),
        overdue=int(row.overdue),
        targets=met.get(key),
    )
