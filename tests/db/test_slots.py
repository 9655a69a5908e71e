"""The 831 village clinics.

Slots that only a confirmed clinic takes, that always add up, and a modelled scenario.
"""

import random
from collections import Counter

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from data.store import aggregates, records, summaries
from data.store.library import PostgisLibrary
from gis.apportion import largest_remainder
from projects.errors import UnknownRecord
from projects.filters import ProjectFilter
from projects.record import Slots
from tests.db.making import change, project

pytestmark = pytest.mark.db

RUYUAN, LECHANG, BEIHU = "440232", "440281", "431002"
CLINIC = {
    "category": "village_clinic",
    "delivery_mode": "公建民营",
    "province_code": "440000",
    "prefecture_code": "440200",
    "county_code": RUYUAN,
}


@pytest.fixture
def programme(writing: Connection) -> str:
    """The one programme that has slots."""
    (key,) = records.slot_programmes(writing)
    return key


def claim(connection: Connection, programme: str, number: int, county: str = RUYUAN) -> None:
    connection.execute(
        text(
            "UPDATE slot SET state = 'claimed', county_code = :county"
            " WHERE programme_id = :programme AND number = :number"
        ),
        {"county": county, "programme": programme, "number": number},
    )


def take(connection: Connection, programme: str, number: int, clinic: str, county: str = RUYUAN) -> None:
    connection.execute(
        text(
            "UPDATE slot SET state = 'placed', county_code = :county, project_id = :clinic,"
            " confirmed_by = '县卫健局', confirmed_on = '2026-01-01'"
            " WHERE programme_id = :programme AND number = :number"
        ),
        {"county": county, "clinic": clinic, "programme": programme, "number": number},
    )


def refused(connection: Connection, work: str, **values: object) -> str:
    """Run a statement that the database must refuse; return what it says, leaving everything as it was."""
    with pytest.raises(DBAPIError) as caught, connection.begin_nested():
        connection.execute(text(work), values)
    assert caught.value.orig.sqlstate == "23514"  # type: ignore[union-attr]
    return str(caught.value.orig).splitlines()[0]


TAKE = (
    "UPDATE slot SET state = 'placed', county_code = :county, project_id = :clinic, confirmed_by = 'x'"
    " WHERE programme_id = :programme AND number = :number"
)


@pytest.fixture
def placed(writing: Connection, programme: str) -> str:
    """A clinic in 乳源 that has taken slot 1."""
    clinic = project(writing, **CLINIC)
    claim(writing, programme, 1)
    take(writing, programme, 1, clinic)
    return clinic


# ---- the plan's number ----


def test_the_plan_names_831_and_nobody_has_them_yet(library: PostgisLibrary) -> None:
    (programme,) = library.slot_programmes()
    assert library.slots(programme) == Slots(unassigned=831, claimed=0, placed=0)
    record = library.record(programme)
    assert (record.summary.kind, record.summary.quantity, record.summary.quantity_basis) == (
        "programme",
        831,
        "stated",
    )
    assert record.slots == library.slots(programme)


def test_a_record_without_slots_says_so(library: PostgisLibrary) -> None:
    assert library.record("SG-0001").slots is None
    with pytest.raises(UnknownRecord, match="SG-0001"):
        library.slots("SG-0001")


def test_slots_are_no_projects(library: PostgisLibrary) -> None:
    assert library.count(ProjectFilter()).matched < 831
    assert (
        sum(o.count for o in library.options("category", ProjectFilter()))
        == library.count(ProjectFilter()).matched
    )
    clinics = library.count(ProjectFilter.model_validate({"category": ("village_clinic",)})).matched
    assert clinics == sum(
        count.by_category.get("village_clinic", 0) for count in library.area_counts(ProjectFilter())
    )
    assert clinics < 20


# ---- unassigned → claimed → placed ----


def test_the_way_of_a_slot(writing: Connection, programme: str) -> None:
    clinic = project(writing, **CLINIC)
    claim(writing, programme, 7)
    assert records.slots(writing, programme) == Slots(830, 1, 0)
    take(writing, programme, 7, clinic)
    assert records.slots(writing, programme) == Slots(830, 0, 1)


def test_a_slot_must_be_claimed_first(writing: Connection, programme: str) -> None:
    clinic = project(writing, **CLINIC)
    said = refused(writing, TAKE, county=RUYUAN, clinic=clinic, programme=programme, number=1)
    assert said == "slot 1 must be claimed by a county before a clinic takes it"


@pytest.mark.parametrize("county", [BEIHU, "440200", "999999"])
def test_only_a_county_of_the_prefecture_claims(writing: Connection, programme: str, county: str) -> None:
    said = refused(
        writing,
        "UPDATE slot SET state = 'claimed', county_code = :county WHERE programme_id = :programme"
        " AND number = 1",
        county=county,
        programme=programme,
    )
    assert county in said
    assert "not a county of the programme's prefecture" in said


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"delivery_mode": "政府投资"}, "delivery mode is 公建民营"),
        ({"delivery_mode": "未明确"}, "delivery mode is 公建民营"),
        ({"category": "hospital"}, "village clinic"),
        ({"kind": "programme"}, "village clinic"),
        ({"deleted_at": "2026-01-01"}, "village clinic"),
        ({"merged_into_id": "SG-0001"}, "village clinic"),
        ({"county_code": LECHANG}, f"lies in {LECHANG}"),
        ({"county_code": None}, "no known county"),
    ],
)
def test_the_wrong_clinic_is_refused(
    writing: Connection, programme: str, values: dict[str, str], words: str
) -> None:
    clinic = project(writing, **{**CLINIC, **values})
    claim(writing, programme, 1)
    said = refused(writing, TAKE, county=RUYUAN, clinic=clinic, programme=programme, number=1)
    assert words in said
    assert records.slots(writing, programme) == Slots(830, 1, 0)


def test_a_clinic_that_is_not_there_is_refused(writing: Connection, programme: str) -> None:
    claim(writing, programme, 1)
    assert "TST-9999" in refused(
        writing, TAKE, county=RUYUAN, clinic="TST-9999", programme=programme, number=1
    )


def test_a_placed_slot_names_who_confirmed_it(writing: Connection, programme: str) -> None:
    clinic = project(writing, **CLINIC)
    claim(writing, programme, 1)
    assert "ck_slot_state_consistent" in refused(
        writing,
        TAKE.replace(", confirmed_by = 'x'", ""),
        county=RUYUAN,
        clinic=clinic,
        programme=programme,
        number=1,
    )


def test_one_clinic_takes_one_slot(writing: Connection, programme: str, placed: str) -> None:
    claim(writing, programme, 2)
    with pytest.raises(DBAPIError, match="uq_slot_project_id"), writing.begin_nested():
        take(writing, programme, 2, placed)


# ---- giving back ----


@pytest.mark.parametrize(
    "values",
    [
        {"deleted_at": "2026-01-01"},
        {"merged_into_id": "SG-0001"},
        {"county_code": LECHANG},
        {"county_code": None},
        {"delivery_mode": "政府投资"},
        {"category": "hospital"},
        {"kind": "enterprise"},
    ],
)
def test_a_clinic_that_no_longer_fits_frees_its_slot(
    writing: Connection, programme: str, placed: str, values: dict[str, str]
) -> None:
    assert records.slots(writing, programme) == Slots(830, 0, 1)
    change(writing, placed, **values)
    assert records.slots(writing, programme) == Slots(831, 0, 0)
    empty = writing.execute(
        text(
            "SELECT county_code, project_id, confirmed_by, confirmed_on FROM slot"
            " WHERE programme_id = :key AND number = 1"
        ),
        {"key": programme},
    ).one()
    assert tuple(empty) == (None, None, None, None)


def test_a_removed_clinic_frees_its_slot(writing: Connection, programme: str, placed: str) -> None:
    writing.execute(text("DELETE FROM project WHERE id = :key"), {"key": placed})
    assert records.slots(writing, programme) == Slots(831, 0, 0)


def test_any_other_change_of_a_clinic_keeps_its_slot(
    writing: Connection, programme: str, placed: str
) -> None:
    change(writing, placed, name="新名", stage="在建", beds=3)
    assert records.slots(writing, programme) == Slots(830, 0, 1)


# ---- the number stands ----


def test_the_number_of_slots_never_changes(writing: Connection, programme: str) -> None:
    assert "freed, not deleted" in refused(writing, "DELETE FROM slot WHERE number = 5")
    assert "832 slots" in refused(
        writing, "INSERT INTO slot (programme_id, number) VALUES (:key, 832)", key=programme
    )
    for work in ("quantity = 900", "quantity = NULL", "deleted_at = now()", "merged_into_id = 'SG-0001'"):
        assert "its quantity stays 831" in refused(
            writing, f"UPDATE project SET {work} WHERE id = :key", key=programme
        )
    assert "keeps its programme and number" in refused(
        writing, "UPDATE slot SET number = 900 WHERE number = 5"
    )
    assert "keeps its programme" in refused(
        writing, "UPDATE slot SET programme_id = :other WHERE number = 5", other=project(writing)
    )
    assert writing.scalar(text("SELECT create_slots(:key)"), {"key": programme}) == 0


@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_steps_adds_up_to_831(writing: Connection, programme: str, seed: int) -> None:
    """Forty random steps, refused ones among them: the sum stands, and no slot is held wrongly."""
    dice = random.Random(seed)
    clinics = [
        project(writing, **{**CLINIC, "county_code": dice.choice((RUYUAN, LECHANG))}) for _ in range(6)
    ]
    alive = dict.fromkeys(clinics, True)
    for _ in range(40):
        number, clinic = dice.randint(1, 8), dice.choice(clinics)
        county = dice.choice((RUYUAN, LECHANG))
        step = dice.choice(("claim", "take", "take", "release", "move", "delete", "restore", "mode"))
        try:
            with writing.begin_nested():
                if step == "claim":
                    claim(writing, programme, number, county)
                elif step == "take":
                    take(writing, programme, number, clinic, county)
                elif step == "release":
                    writing.execute(
                        text(
                            "UPDATE slot SET state = 'unassigned', county_code = NULL,"
                            " project_id = NULL, confirmed_by = NULL WHERE number = :n"
                        ),
                        {"n": number},
                    )
                elif step == "move":
                    change(writing, clinic, county_code=county)
                elif step == "mode":
                    change(writing, clinic, delivery_mode=dice.choice(("公建民营", "民办公助")))
                else:
                    alive[clinic] = step == "restore"
                    change(writing, clinic, deleted_at=None if alive[clinic] else "2026-01-01")
        except DBAPIError as error:
            assert error.orig.sqlstate in ("23514", "23505")  # type: ignore[union-attr]
        state = records.slots(writing, programme)
        assert state is not None
        assert state.total == 831
        assert state.placed <= len(clinics)
        wrong = writing.scalar(
            text(
                "SELECT count(*) FROM slot JOIN project clinic ON clinic.id = slot.project_id"
                " WHERE clinic.deleted_at IS NOT NULL OR clinic.delivery_mode <> '公建民营'"
                " OR clinic.county_code <> slot.county_code"
            )
        )
        assert wrong == 0


def test_placed_clinics_count_as_the_projects_they_are(writing: Connection, placed: str) -> None:
    chosen = ProjectFilter.model_validate({"category": ("village_clinic",), "county": (RUYUAN,)})
    with_clinic = summaries.count(writing, chosen).matched
    change(writing, placed, delivery_mode="政府投资")
    assert summaries.count(writing, chosen).matched == with_clinic
    assert aggregates.touching_counts(writing, chosen)[RUYUAN]["village_clinic"] == with_clinic


# ---- the scenario ----


def test_the_scenario_shares_what_is_unassigned_by_villages(library: PostgisLibrary) -> None:
    (programme,) = library.slot_programmes()
    shares = library.scenario(programme)
    assert sum(s.slots for s in shares) == 831
    assert sum(s.villages for s in shares) == 1207
    assert [s.slots for s in shares] == largest_remainder(831, [s.villages for s in shares])
    for share in shares:
        exact = 831 * share.villages / 1207
        assert abs(share.slots - exact) < 1
        assert share.villages or not share.slots
    assert any(not s.villages for s in shares), "subdistricts without a 村委会 are listed too"
    assert {s.county_code[:4] for s in shares} == {"4402"}
    assert len({s.township_code for s in shares}) == len(shares) == 112


def test_the_scenario_follows_what_is_left(writing: Connection, programme: str, placed: str) -> None:
    del placed
    for number in range(2, 12):
        claim(writing, programme, number)
    shares = records.scenario(writing, programme)
    assert sum(s.slots for s in shares) == 820


def test_without_villages_there_is_no_scenario(writing: Connection, programme: str) -> None:
    writing.execute(text("UPDATE township SET villages = 0"))
    assert records.scenario(writing, programme) == ()
    assert records.scenario(writing, "SG-0001") == ()


def test_the_scenario_is_spread_over_counties_like_their_villages(library: PostgisLibrary) -> None:
    (programme,) = library.slot_programmes()
    villages: Counter[str] = Counter()
    slots: Counter[str] = Counter()
    for share in library.scenario(programme):
        villages[share.county_code] += share.villages
        slots[share.county_code] += share.slots
    for county, count in villages.items():
        assert slots[county] == pytest.approx(831 * count / 1207, abs=6)
