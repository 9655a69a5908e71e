"""Practice matters with their history, and a joint meeting; as many as a measurement wants."""

from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, text

from data.demo.people import PREFECTURE
from data.demo.words import MARK, SOURCE
from projects.matters.model import MatterKind, MatterState

MATTERS: Final = 60
"""So many matters a practice library gets."""

TITLES: Final = {
    MatterKind.APPROVAL: "办理立项审批：",
    MatterKind.LAND: "落实建设用地指标：",
    MatterKind.ENERGY: "核定用能和供电方案：",
    MatterKind.FINANCING: "对接银行融资：",
    MatterKind.AGENCY: "代办开工前手续：",
    MatterKind.SUPERVISION: "督办工期滞后：",
    MatterKind.MEETING_ITEM: "提请会议协调：",
    MatterKind.JOINT_OVERSIGHT: "联合检查安全生产：",
    MatterKind.EVALUATION: "配合第三方评价：",
}
_STATES: Final = (
    *(MatterState.OPEN,) * 3,
    *(MatterState.IN_HAND,) * 6,
    *(MatterState.ANSWERED,) * 3,
    MatterState.REOPENED,
    *(MatterState.CLOSED,) * 7,
)


def add_matters(connection: Connection, today: date, count: int = MATTERS, area: str = PREFECTURE) -> int:
    """Raise matters about records of an area (empty: of everywhere), with their history; return how many.

    The city asks the county three times out of four, else the county asks the city. Every fifth has no due
    date. The same library and day get the same ones; a library without records gets none.
    """
    made = connection.execute(
        _MATTERS,
        {
            "today": today,
            "area": area,
            "count": count,
            "source": SOURCE,
            "mark": f"（{MARK}）",
            "kinds": [str(kind) for kind in TITLES],
            "titles": list(TITLES.values()),
            "states": [str(state) for state in _STATES],
        },
    ).rowcount
    connection.execute(_ENTRIES, {"source": SOURCE})
    return made


def add_meeting(connection: Connection, today: date) -> int:
    """Hold a joint meeting on six open matters of the practice city, three decided; return its number.

    What was decided first becomes a matter of its own. Without matters there is no meeting: 0.
    """
    chosen = list(connection.scalars(_CHOSEN, {"unit": PREFECTURE}))
    if not chosen:
        return 0
    given: dict[str, Any] = {"unit": PREFECTURE, "day": today, "source": SOURCE, "mark": MARK}
    given["meeting"] = connection.execute(_MEETING, given).scalar_one()
    connection.execute(_AGENDA, given | {"chosen": chosen})
    follow_up = connection.execute(_FOLLOW_UP, given | {"parent": chosen[0]}).scalar_one()
    connection.execute(_FOLLOWED, given | {"parent": chosen[0], "follow_up": follow_up})
    return int(given["meeting"])


_MATTERS: Final = text("""
    WITH record AS MATERIALIZED (
        SELECT f.project_id, project.name, project.owner_unit_id AS own,
               coalesce(city.id, project.owner_unit_id) AS city,
               row_number() OVER (ORDER BY md5(f.project_id)) - 1 AS turn
          FROM project_facet f JOIN project ON project.id = f.project_id
          LEFT JOIN owner_unit city ON city.id = f.prefecture_code
         WHERE project.owner_unit_id IS NOT NULL AND f.published
           AND (:area = '' OR f.area_codes @> ARRAY[CAST(:area AS text)])),
    department AS MATERIALIZED (
        SELECT prefecture_code AS city, array_agg(id ORDER BY id) AS ids FROM owner_unit
         WHERE kind = 'department' AND prefecture_code IS NOT NULL GROUP BY 1),
    drawn AS (
        SELECT n, record.*,
               (CAST(:states AS text[]))[1 + n * 7 % cardinality(CAST(:states AS text[]))] AS state
          FROM generate_series(0, CAST(:count AS integer) - 1) AS n
          JOIN record ON record.turn = n % (SELECT greatest(count(*), 1) FROM record)),
    dated AS (
        SELECT drawn.*, CAST(:today AS date)
               - CASE state WHEN 'closed' THEN 40 + n * 37 % 380 ELSE 2 + n * 13 % 75 END AS raised_on
          FROM drawn)
    INSERT INTO matter (kind, title, detail, project_id, raised_unit, raised_by, raised_on, lead_unit,
                        support_units, due_on, state, closed_on, replies, version, created_at)
    SELECT (CAST(:kinds AS text[]))[1 + n % 9],
           left((CAST(:titles AS text[]))[1 + n % 9] || name, 110) || :mark, '随机生成，不代表真实事项。',
           project_id, CASE WHEN n % 4 > 0 THEN dated.city ELSE own END, :source, raised_on,
           CASE WHEN n % 4 > 0 THEN own ELSE dated.city END,
           CASE WHEN n % 3 = 0 AND department.ids IS NOT NULL
                THEN ARRAY[department.ids[1 + n % cardinality(department.ids)]] ELSE '{}' END,
           CASE WHEN n % 5 > 0 THEN raised_on + 15 + n * 11 % 60 END, state,
           CASE WHEN state = 'closed' THEN raised_on + 10 + n % 30 END,
           CASE state WHEN 'open' THEN 0 WHEN 'reopened' THEN 2 ELSE 1 END, 1, raised_on
      FROM dated LEFT JOIN department ON department.city = dated.city
     ORDER BY n""")

_ENTRIES: Final = text("""
    INSERT INTO matter_entry (matter_id, kind, text, old_state, new_state, written_by, unit_id, unit_name,
                              written_at)
    SELECT held.id, step.kind, step.said, step.before, step.after, :source,
           CASE WHEN step.by_lead THEN held.lead_unit ELSE held.raised_unit END,
           CASE WHEN step.by_lead THEN held.lead_unit_name ELSE held.raised_unit_name END,
           least(held.raised_on + step.days, coalesce(held.closed_on, held.raised_on + step.days))
      FROM matter held JOIN (VALUES
           ('raised', '随机生成，不代表真实事项。', NULL, 'open', false, 0,
            '{open,in_hand,answered,closed,reopened}'),
           ('reply', '已接收，正在办理。', 'open', 'in_hand', true, 2, '{in_hand}'),
           ('reply', '已按要求办理，请核。', 'open', 'answered', true, 2, '{answered,closed,reopened}'),
           ('state', '情况属实，同意办结。', 'answered', 'closed', false, 99, '{closed}'),
           ('state', '情况属实，同意办结。', 'answered', 'closed', false, 3, '{reopened}'),
           ('reply', '仍有问题，请继续办理。', 'closed', 'reopened', false, 4, '{reopened}'))
           AS step (kind, said, before, after, by_lead, days, states)
        ON held.state = ANY (CAST(step.states AS text[]))
     WHERE held.raised_by = :source AND NOT EXISTS (SELECT FROM matter_entry WHERE matter_id = held.id)
     ORDER BY held.id, step.days, step.kind""")

_CHOSEN: Final = text(
    "SELECT id FROM matter WHERE raised_unit = :unit AND state IN ('open', 'in_hand', 'reopened')"
    " ORDER BY due_on NULLS LAST, id LIMIT 6"
)
_MEETING: Final = text("""
    INSERT INTO meeting (title, unit_id, unit_name, area_code, held_on, place, chair, attendees, note,
                         created_by)
    SELECT '健康产业发展联席会议（' || :mark || '）', id, name, id, CAST(:day AS date) - 6,
           '三楼会议室（演示）', '演示主持人', '有关县（市、区）和部门', '随机生成，供练习使用。', :source
      FROM owner_unit WHERE id = :unit
    RETURNING id""")
_AGENDA: Final = text("""
    INSERT INTO meeting_item (meeting_id, matter_id, position, decision, decided_by, decided_at)
    SELECT :meeting, chosen.id, turn,
           CASE WHEN turn <= 3 THEN '由责任单位牵头，一个月内办结并报市里。' ELSE '' END,
           CASE WHEN turn <= 3 THEN :source END, CASE WHEN turn <= 3 THEN CAST(:day AS date) - 6 END
      FROM unnest(CAST(:chosen AS integer[])) WITH ORDINALITY AS chosen (id, turn)""")
_FOLLOW_UP: Final = text("""
    WITH made AS (
        INSERT INTO matter (kind, title, detail, project_id, raised_unit, raised_by, raised_on, lead_unit,
                            due_on, parent_id)
        SELECT 'supervision', left('落实会议议定：' || title, 120), '由联席会议议定转来（' || :mark || '）。',
               project_id, raised_unit, :source, CAST(:day AS date) - 6, lead_unit,
               CAST(:day AS date) + 24, id
          FROM matter WHERE id = :parent RETURNING *)
    INSERT INTO matter_entry (matter_id, kind, text, new_state, written_by, unit_id, unit_name, written_at)
    SELECT id, 'raised', detail, 'open', :source, raised_unit, raised_unit_name, raised_on FROM made
    RETURNING matter_id""")
_FOLLOWED: Final = text("""
    WITH followed AS (UPDATE meeting_item SET follow_up_id = :follow_up WHERE meeting_id = :meeting
                         AND matter_id = :parent)
    INSERT INTO matter_entry (matter_id, kind, text, changed, written_by, unit_id, unit_name, written_at)
    SELECT item.matter_id, 'decided', item.decision,
           jsonb_build_object('meeting', jsonb_build_array('', meeting.title)), :source, meeting.unit_id,
           meeting.unit_name, item.decided_at
      FROM meeting_item item JOIN meeting ON meeting.id = item.meeting_id
     WHERE item.meeting_id = :meeting AND item.decided_at IS NOT NULL""")
