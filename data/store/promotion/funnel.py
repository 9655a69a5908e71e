"""The funnel of a period in one query: the rule of ``projects.promotion.funnel`` in SQL, over one filter."""

from typing import Any, Final

from sqlalchemy import Connection, text

from data.store.filtering import PLACE_CODE, PLACE_LEVEL, where
from data.store.summaries import FACETS
from projects.errors import BadValue
from projects.filters import ProjectFilter
from projects.promotion.funnel import LATER, SIGNING, STAGE_OF, Ask, Cohort, Funnel, period_name

_RANKS: Final = {STAGE_OF[code]: rank for rank, code in enumerate((SIGNING, *LATER))}
_RANK: Final = "CASE f.promotion_stage {} ELSE -1 END".format(
    " ".join(f"WHEN '{stage}' THEN {rank}" for stage, rank in _RANKS.items())
)
"""How far the promotion stage says a project has come: 0 签约 … 4 投产, -1 for anything else."""


def _day(code: str, name: str) -> str:
    return f"min(actual_on) FILTER (WHERE code = '{code}') AS {name}"


_DAYS: Final = ", ".join(_day(code, f"s{rank}") for rank, code in enumerate((SIGNING, *LATER)))
_CODES: Final = ", ".join(f"'{code}'" for code in (SIGNING, *LATER))
_COUNTS: Final = ", ".join(
    f"count(*) FILTER (WHERE signed AND depth >= {n}) AS reached_{n},"
    f" count(*) FILTER (WHERE signed AND depth > {n} AND (s{n} IS NULL OR s{n} > :as_of)) AS implied_{n},"
    f" count(*) FILTER (WHERE signed AND depth < {n} AND rank >= {n}) AS stage_only_{n}"
    for n in range(1, len(LATER) + 1)
)
_DEPTH: Final = "CASE {} ELSE 0 END".format(
    " ".join(f"WHEN s{n} <= :as_of THEN {n}" for n in range(len(LATER), 0, -1))
)


def _query(condition: str) -> str:
    """Return the query: one row for the whole, one per area, one per period of signing."""
    return f"""
    WITH steps AS (
        SELECT project_id, {_DAYS}, bool_or(basis IN ('modelled', 'demo')) AS made_up
          FROM milestone WHERE code IN ({_CODES}) AND actual_on IS NOT NULL GROUP BY 1
    ), chosen AS (
        SELECT {PLACE_CODE} AS code, {PLACE_LEVEL} AS level, {_RANK} AS rank, steps.*,
               coalesce(steps.made_up, false) OR f.basis IN ('modelled', 'demo') AS invented,
               {_DEPTH} AS depth,
               coalesce(s0 BETWEEN :first AND :last AND s0 <= :as_of, false) AS signed,
               f.total_investment AS total, f.received, f.line_count, f.promotion_stage = '终止' AS ended
        {FACETS} LEFT JOIN steps ON steps.project_id = f.project_id
         WHERE {condition} AND (s0 IS NOT NULL OR f.promotion_stage = ANY (:stages))
    ), wanted AS (
        SELECT *, CASE WHEN signed THEN date_trunc(:grain, s0)::date END AS period, s0 IS NULL AS undated
          FROM chosen WHERE signed OR s0 IS NULL
    )
    SELECT grouping(code) AS no_area, grouping(period) AS no_period, code, wanted.level, period,
           count(*) FILTER (WHERE signed) AS signed, {_COUNTS},
           count(*) FILTER (WHERE signed AND ended) AS ended,
           count(total) FILTER (WHERE signed) AS known,
           count(total) FILTER (WHERE signed AND line_count = 0) AS silent,
           coalesce(sum(total) FILTER (WHERE signed), 0) AS total,
           coalesce(sum(received) FILTER (WHERE signed AND total IS NOT NULL), 0) AS received,
           count(*) FILTER (WHERE signed AND invented) AS made_up, count(*) FILTER (WHERE undated) AS undated
      FROM wanted GROUP BY GROUPING SETS ((), (code, level), (period))"""  # noqa: S608


def funnel(connection: Connection, chosen: ProjectFilter, ask: Ask) -> Funnel:
    """Return the funnel of a period; ``BadValue`` when its days are out of order or of no sensible year."""
    if not ask.sensible:
        raise BadValue(
            f"时间范围不成立：{ask.first} 至 {ask.last}，截至 {ask.as_of}。"
            "请让起始日不晚于结束日，年份在 1990–2100 之间"
        )
    condition, parameters = where(chosen)
    named = (
        "SELECT found.*, coalesce(zone.name, area.name, '') AS name"  # noqa: S608
        f" FROM ({_query(condition)}) AS found"
        " LEFT JOIN zone ON found.level = 'zone' AND zone.id = found.code"
        " LEFT JOIN area ON area.level = found.level AND area.code = found.code"
    )
    days = {"first": ask.first, "last": ask.last, "as_of": ask.as_of, "grain": str(ask.grain)}
    rows = connection.execute(
        text(named), parameters | days | {"stages": [str(stage) for stage in STAGE_OF.values()]}
    ).all()
    areas = [_cohort(row, row.code or "", row.name, row.level or "") for row in rows if not row.no_area]
    periods = sorted((row for row in rows if not row.no_period and row.period), key=lambda row: row.period)
    return Funnel(
        ask=ask,
        whole=next((_cohort(row) for row in rows if row.no_area and row.no_period), Cohort()),
        by_area=tuple(sorted(areas, key=lambda one: (-one.signed, -one.undated, one.key))),
        by_period=tuple(
            _cohort(row, str(row.period), period_name(row.period, ask.grain), str(ask.grain))
            for row in periods
        ),
    )


def _cohort(row: Any, key: str = "", name: str = "", level: str = "") -> Cohort:
    return Cohort(
        key=key,
        name=name,
        level=level,
        reached=_four(row, "reached"),
        implied=_four(row, "implied"),
        stage_only=_four(row, "stage_only"),
        **{name: getattr(row, name) for name in _PLAIN},
    )


_PLAIN: Final = ("signed", "ended", "known", "silent", "total", "received", "made_up", "undated")


def _four(row: Any, name: str) -> tuple[int, int, int, int]:
    a, b, c, d = (int(getattr(row, f"{name}_{n}")) for n in range(1, len(LATER) + 1))
    return a, b, c, d
