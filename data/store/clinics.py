"""The adapter of ``projects.clinics``: slots and clinics of a county, with the rights of a session token."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from psycopg import errors
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from data.database import Database, first_line
from projects.clinics import Clinic, CountySlots
from projects.errors import BadValue, NotAllowed

_COUNTY: Final = text("""
    SELECT programme.id AS programme_id, programme.name AS programme, count(*) AS total,
           count(*) FILTER (WHERE slot.state = 'unassigned') AS unassigned,
           count(*) FILTER (WHERE slot.state = 'claimed' AND slot.county_code = :county) AS claimed,
           count(*) FILTER (WHERE slot.state = 'placed' AND slot.county_code = :county) AS placed,
           count(*) FILTER (WHERE slot.county_code <> :county) AS elsewhere
      FROM slot JOIN project programme ON programme.id = slot.programme_id
      JOIN area ON area.level = 'county' AND area.code = :county
     WHERE programme.prefecture_code IS NULL OR programme.prefecture_code = area.prefecture_code
     GROUP BY programme.id, programme.name ORDER BY programme.id LIMIT 1""")

_CLINICS: Final = text("""
    SELECT project.id AS project_id, project.name, coalesce(project.township, '') AS township,
           project.delivery_mode, project.kind = 'site' AND project.delivery_mode = '公建民营'
           AND project.published AS fits, slot.number AS slot,
           coalesce(slot.confirmed_by, '') AS confirmed_by,
           coalesce(slot.confirmed_on::text, '') AS confirmed_on
      FROM project LEFT JOIN slot ON slot.project_id = project.id
     WHERE project.category = 'village_clinic' AND project.kind <> 'programme'
       AND project.county_code = :county
       AND project.deleted_at IS NULL AND project.merged_into_id IS NULL ORDER BY project.id""")


class PostgisClinics:
    """Slots and clinics as one person sees and may change them."""

    def __init__(self, database: Database, token: str) -> None:
        self._database = database
        self._token = token

    def county(self, county_code: str) -> CountySlots | None:
        """Return the slots of the programme of the county's prefecture, None where there is none."""
        with self._database.reading(self._token) as connection:
            row = connection.execute(_COUNTY, {"county": county_code}).mappings().first()
        return CountySlots(**row) if row else None

    def clinics(self, county_code: str) -> tuple[Clinic, ...]:
        """Return the county's village clinics in id order, also those that cannot take a slot."""
        with self._database.reading(self._token) as connection:
            rows = connection.execute(_CLINICS, {"county": county_code}).mappings().all()
        return tuple(Clinic(**row) for row in rows)

    def claim(self, programme_id: str, county_code: str, count: int) -> int:
        """Claim so many unassigned slots for the county; returns how many it now has claimed in all."""
        return self._call(
            "claim_slots(:programme, :county, :count)",
            programme=programme_id,
            county=county_code,
            count=count,
        )

    def release(self, programme_id: str, county_code: str, count: int) -> int:
        """Give so many claimed, not taken slots back; returns how many stay claimed."""
        return self._call(
            "release_slots(:programme, :county, :count)",
            programme=programme_id,
            county=county_code,
            count=count,
        )

    def place(self, project_id: str) -> int:
        """Let a confirmed clinic take one of its county's claimed slots; returns the slot's number."""
        return self._call("place_slot(:clinic)", clinic=project_id)

    def free(self, project_id: str) -> None:
        """Take a clinic's confirmation back: its slot stays claimed by the county."""
        self._call("free_slot_of(:clinic)", clinic=project_id)

    def _call(self, function: str, **values: Any) -> int:
        with self._database.writing(self._token, "村卫生室名额") as connection, _said_plainly(values):
            return int(_scalar(connection, function, values))


def _scalar(connection: Connection, function: str, values: dict[str, Any]) -> Any:
    return connection.scalar(text(f"SELECT {function}"), values)


@contextmanager
def _said_plainly(values: dict[str, Any]) -> Iterator[None]:
    """Turn a refusal of the slot rules into a sentence for people."""
    try:
        yield
    except DBAPIError as error:
        county, clinic = values.get("county", ""), values.get("clinic", "")
        if isinstance(error.orig, errors.InsufficientPrivilege):
            raise NotAllowed(
                f"{county or clinic} 不属于您的单位，名额没有改动。请用该县的账号，或请上级办理。"
            ) from error
        if isinstance(error.orig, errors.CheckViolation | errors.UniqueViolation):
            raise BadValue(_refusal(first_line(error), str(clinic))) from error
        raise


def _refusal(said: str, clinic: str) -> str:
    """Return the database's own words with what to do next, in the office's language."""
    known = {
        "has no claimed slot left": f"{clinic} 没有可用的名额：请先认领名额，再确认。",
        "has taken a slot already": f"{clinic} 已经占用了一个名额，没有再占。",
        "uq_slot_project_id": f"{clinic} 已经占用了一个名额，没有再占。",
        "has no slot": f"{clinic} 没有占用名额，不需要取消。",
        "delivery mode is": f"{clinic} 不是“公建民营”的单个村卫生室，不能占用名额；请先改记录。",
        "not a published record": f"{clinic} 还没有发布或已删除，不能占用名额；请等审核通过。",
        "were asked for": "名额不够，或刚被其他县认领；没有改动，请刷新后看还剩多少。",
        "not a county of the programme": "这个县不在该计划的地市内，不能认领。",
    }
    return next((words for part, words in known.items() if part in said), said)
