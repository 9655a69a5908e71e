"""Around the fictional projects: reported figures near the targets, visits of invented investors."""

from datetime import date

from sqlalchemy import Connection, text

from data.demo.people import COUNTY
from data.demo.words import SOURCE


def add_reports(connection: Connection, today: date) -> int:
    """Report most figures that targets need, for their year and the one before; return how many.

    Values lie between 60 and 120 % of what is promised and within the indicator's limits; the same database
    gets the same ones. All are accepted but one of the practice county, which waits for its reviewer. Without
    indicators there are none.
    """
    accepted = connection.execute(_REPORTS, {"today": today, "source": SOURCE}).rowcount
    values = {"today": today, "source": SOURCE, "county": COUNTY}
    return accepted + connection.execute(_WAITING, values).rowcount


def add_visits(connection: Connection, today: date) -> int:
    """Note a visit or lead for about every third project that is offered to capital; return how many."""
    made = connection.execute(_VISITS, {"today": today, "source": SOURCE}).rowcount
    connection.execute(_SHOWN, {"today": today, "source": SOURCE})
    return made


_REPORTS = text("""
    INSERT INTO indicator_report (indicator, area_code, period_from, period_to, value, unit, basis,
        source_note, state, unit_id, filed_by, decided_by, decided_at)
    SELECT DISTINCT ON (wanted.indicator, wanted.area_code, wanted.period_to)
           wanted.indicator, wanted.area_code,
           CASE WHEN wanted.period <> 'date' THEN date_trunc('year', wanted.period_to::timestamp)::date END,
           wanted.period_to,
           least(greatest(round(wanted.value, wanted.places), wanted.lowest), wanted.highest),
           wanted.unit, 'demo', '演示：随机生成', 'accepted', wanted.area_code, :source, :source, :today
      FROM (SELECT indicator.code AS indicator, indicator.period, indicator.unit, indicator.lowest,
                   indicator.highest, target.area_code,
                   least(make_date(coalesce(target.year, extract(year FROM CAST(:today AS date))::integer)
                                   - back, 12, 31), CAST(:today AS date)) AS period_to,
                   target.value * (60 + abs(hashtext(target.id || back)) % 61) / 100 AS value,
                   CASE indicator.kind WHEN 'count' THEN 0 ELSE 2 END AS places,
                   abs(hashtext(target.id)) % 10 AS chance
              FROM target JOIN target_recipe recipe ON recipe.target_id = target.id
              JOIN indicator ON indicator.code = recipe.indicator, generate_series(0, 1) AS back
             WHERE recipe.method = 'report') AS wanted
      JOIN owner_unit ON owner_unit.id = wanted.area_code
     WHERE wanted.chance < 7
     ORDER BY wanted.indicator, wanted.area_code, wanted.period_to, wanted.value
        ON CONFLICT DO NOTHING""")

_WAITING = text("""
    INSERT INTO indicator_report (indicator, area_code, period_from, period_to, value, numerator, denominator,
        unit, basis, source_note, state, unit_id, filed_by, created_at)
    SELECT indicator.code, owner_unit.id, make_date(last.year, 1, 1), make_date(last.year, 12, 31), 62, 31,
           50, indicator.unit,
           'demo', '演示：随机生成，等待审核', 'submitted', owner_unit.id, :source, :today
      FROM indicator, owner_unit,
           LATERAL (SELECT extract(year FROM CAST(:today AS date))::integer - 1 AS year) AS last
     WHERE owner_unit.id = :county AND indicator.kind = 'percentage' AND indicator.period = 'year'
       AND indicator.computed = 'report' AND 62 BETWEEN indicator.lowest AND indicator.highest
     ORDER BY indicator.position LIMIT 1""")

_SHOWN = text("""
    INSERT INTO promotion_shown (entry_id, project_id, outcome, note, created_by, created_at)
    SELECT entry_id, project_id,
           (ARRAY['none_yet', 'intent', 'negotiating', 'signed', 'failed'])[1 + entry_id % 5],
           '演示：随机生成', :source, :today
      FROM promotion_event WHERE kind = 'roadshow' AND version = 1 AND created_by = :source""")

_VISITS = text("""
    INSERT INTO promotion_event (kind, project_id, unit_id, happened_on, counterpart, result, next_step,
        next_due, detail, created_by, created_at)
    SELECT (ARRAY['visit', 'lead', 'roadshow', 'negotiation'])[1 + draw % 4], id, owner_unit_id,
           CAST(:today AS date) - draw % 200, '虚构投资方' || (1 + draw % 40) || '号（演示）',
           CASE WHEN draw % 3 = 0 THEN '有意向，待补充资料' END, '复访',
           CAST(:today AS date) - 30 + draw % 90, '演示：随机生成', :source, :today
      FROM (SELECT id, owner_unit_id, abs(hashtext(id)) AS draw FROM project
             WHERE basis = 'demo' AND owner_unit_id IS NOT NULL AND promotion_stage <> '未明确') AS offered
     WHERE draw % 3 = 0
     ORDER BY id""")
