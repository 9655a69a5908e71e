"""Two editions held against each other in SQL, by what became of merged records.

A project is matched by its number, a merged record by the number of the one it became part of; where several
entries of one edition are the same thing now, the first of each side match, then the second; whoever stays
alone beside a matched one is *merged*. The rule is the same for both sides.
"""

from typing import Any, Final

from sqlalchemy import Connection, text

from data.store.plans.rows import covered, entry_of, measured, measures
from projects.plans.comparing import common_years, moves
from projects.plans.editions import Change, Comparison, Difference, Edition, EditionState, Side
from projects.plans.ports import Lines, Listing, Window

_PAIRS: Final = """
    WITH heir AS MATERIALIZED (SELECT project_id, heir_id FROM edition_heirs(ARRAY[:old, :new])),
    ranked AS MATERIALIZED (
        SELECT e.edition_id, e.project_id, coalesce(heir.heir_id, e.project_id) AS key,
               row_number() OVER (PARTITION BY e.edition_id, coalesce(heir.heir_id, e.project_id)
                                  ORDER BY e.project_id = coalesce(heir.heir_id, e.project_id) DESC,
                                           e.project_id COLLATE "C") AS turn
          FROM edition_entry e LEFT JOIN heir ON heir.project_id = e.project_id
         WHERE e.edition_id IN (:old, :new) AND e.change <> 'left'
           AND e.project_id IN (SELECT project_id FROM heir UNION SELECT heir_id FROM heir)),
    member AS NOT MATERIALIZED (
        SELECT e.edition_id, e.project_id, e.plan, e.digest, coalesce(ranked.key, e.project_id) AS key,
               coalesce(ranked.turn, 1) AS turn
          FROM edition_entry e
          LEFT JOIN ranked ON ranked.edition_id = e.edition_id AND ranked.project_id = e.project_id
         WHERE e.change <> 'left'),
    pair AS (
        SELECT coalesce(o.key, n.key) AS key, coalesce(o.turn, n.turn) AS turn,
               o.project_id AS old_id, n.project_id AS new_id, o.plan AS old_plan, n.plan AS new_plan,
               CASE WHEN o.key IS NOT NULL AND n.key IS NOT NULL THEN 'kept'
                    WHEN coalesce(o.turn, n.turn) > 1 THEN 'merged'
                    WHEN o.key IS NULL THEN 'entered' ELSE 'left' END AS change,
               o.digest <> n.digest OR o.project_id <> n.project_id
                   OR o.plan - CAST(:apart AS text[]) <> n.plan - CAST(:apart AS text[]) AS moved
          FROM (SELECT * FROM member WHERE edition_id = :old) AS o
          FULL JOIN (SELECT * FROM member WHERE edition_id = :new) AS n ON n.key = o.key AND n.turn = o.turn)
"""


def compare(connection: Connection, old: Edition, new: Edition) -> Comparison:
    """Return what two editions have in common and what not, added up by year."""
    years = tuple(covered(old, new))
    sums = "".join(
        f", {measures(years, f'pair.{side}_plan', f'{side}_')}" for side in ("old", "new") if years
    )
    rows = connection.execute(
        text(
            f"{_PAIRS} SELECT change, count(old_id) AS old_count, count(new_id) AS new_count,"  # noqa: S608
            f" count(*) FILTER (WHERE moved) AS moved{sums} FROM pair GROUP BY change"
        ),
        _values(old, new),
    ).all()
    found = {Change(row.change): row for row in rows}
    old_side = {c: Side(r.old_count, measured(r, years, "old_")) for c, r in found.items() if r.old_count}
    new_side = {c: Side(r.new_count, measured(r, years, "new_")) for c, r in found.items() if r.new_count}
    changed = found[Change.KEPT].moved if Change.KEPT in found else 0
    return Comparison(old_side, new_side, changed, years)


def differences(
    connection: Connection,
    sides: tuple[Edition, Edition],
    between: list[int],
    lines: Lines,
    window: Window,
) -> Listing[Difference]:
    """Return one page of the lines of a comparison.

    ``between`` are the editions in which a reason may stand: those after the old one, up to the new one.
    """
    old, new = sides
    parts = [*(["change = :change"] if lines.change else []), *(["moved"] if lines.moved else [])]
    condition = " AND ".join(parts or ["true"])
    values = _values(old, new) | {"change": str(lines.change), "between": between}
    values |= {"at_most": window.limit, "from_row": window.offset}
    page = _PAGE.format(pairs=_PAIRS, condition=condition, sides=_SIDES)
    rows = connection.execute(text(page), values).all()
    matched = rows[0].matched if rows else 0
    if not rows and window.offset:
        count = f"{_PAIRS} SELECT count(*) FROM pair WHERE {condition}"  # noqa: S608
        matched = connection.scalar(text(count), values) or 0
    years = common_years(old, new)
    return Listing(tuple(_difference(row, years) for row in rows), matched)


def _difference(row: Any, years: tuple[int, ...]) -> Difference:
    old, new = entry_of(row, "old_"), entry_of(row, "new_")
    change = Change(row.pair_change)
    moved = moves(old, new, years) if old and new else ()
    return Difference(change, old, new, row.why or "", moved)


def _values(old: Edition, new: Edition) -> dict[str, Any]:
    """Return the parameters of ``_PAIRS``; years of one edition alone moved nothing."""
    apart = {*old.years, *new.years} - set(common_years(old, new))
    return {"old": old.id, "new": new.id, "apart": [str(year) for year in sorted(apart)]}


def between(old: Edition, new: Edition, line: tuple[Edition, ...]) -> list[int]:
    """Return the editions that lead from the old to the new one, the new one included.

    ``line`` are the editions of one kind and area; going back nobody gave a reason.
    """
    if old.area_code != new.area_code or old.number is None:
        return [new.id]
    last = new.number
    if last is not None and last < old.number:
        return []
    found = {
        one.id
        for one in line
        if one.state is EditionState.PUBLISHED
        and one.number is not None
        and one.number > old.number
        and (last is None or one.number <= last)
    }
    return sorted(found | {new.id})


_SIDES: Final = ", ".join(
    f"{side}.{name} AS {side}_{name}"
    for side in ("old", "new")
    for name in ("project_id", "change", "reason", "plan", "snapshot", "version")
)
_PAGE: Final = """{pairs}, page AS (
        SELECT *, count(*) OVER () AS matched,
               CASE change WHEN 'entered' THEN 1 WHEN 'left' THEN 2 WHEN 'kept' THEN 3 ELSE 4 END AS part
          FROM pair WHERE {condition}
         ORDER BY part, key COLLATE "C", turn LIMIT :at_most OFFSET :from_row)
    SELECT page.change AS pair_change, page.matched, told.reason AS why, {sides}
      FROM page
      LEFT JOIN edition_entry old ON old.edition_id = :old AND old.project_id = page.old_id
      LEFT JOIN edition_entry new ON new.edition_id = :new AND new.project_id = page.new_id
      LEFT JOIN LATERAL (
            SELECT said.reason FROM edition_entry said
             WHERE said.edition_id = ANY (CAST(:between AS integer[]))
               AND said.project_id IN (page.old_id, page.new_id, page.key) AND said.change = page.change
             ORDER BY said.edition_id DESC LIMIT 1) AS told ON page.change IN ('entered', 'left')
     ORDER BY page.part, page.key COLLATE "C", page.turn"""
