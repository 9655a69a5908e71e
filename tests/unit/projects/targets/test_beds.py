"""Beds by area and ownership: parts add up, silence is not 0, zones and counties keep their own people."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from projects.targets.beds import OWNERSHIPS, table
from projects.targets.facts import Group, Place
from tests.unit.projects.targets.world import CITY, COUNTIES, PLACES, census, facts, group

ZONE = Place("qhd-etdz", "开发区", "zone", CITY, "440000", "130371")
PEOPLE = {
    CITY: census(CITY, 5000, 1000, 500, "prefecture_total"),
    COUNTIES[0]: census(COUNTIES[0]),
    "130371": census("130371", 50, 20, 10, "zone"),
}


def bedded(place: str, beds: int | None, **more: Any) -> Group:
    known = {} if beds is None else {"beds_known": 1, "beds": beds}
    return group(place, category="elderly_care", **{"ids": ("S-0001",), **known, **more})


def rows(*groups: Group) -> dict[str, Any]:
    known = facts(
        places=(*PLACES, ZONE), census=PEOPLE, beds=groups, overlaps={"130371": frozenset({COUNTIES[0]})}
    )
    return {row.code or row.level: row for row in table(known, CITY, ("elderly_care",))}


def test_beds_by_ownership_and_people_by_both_ages() -> None:
    found = rows(
        bedded(COUNTIES[0], 10, ownership="公办"),
        bedded(COUNTIES[0], 30, ownership="民办"),
        bedded(COUNTIES[0], 5),
        bedded("qhd-etdz", 1),
        bedded(CITY, 100, ownership="民办"),
        bedded(COUNTIES[0], 70, stage="在建"),
    )
    own = found[COUNTIES[0]]
    assert own.by_ownership == {"公办": 10, "民办": 30, "": 5} and own.beds == 45 and own.planned == 70
    assert own.per_1000(60) == 225 and own.per_1000(65) == 450 and own.overstated
    zone = found["qhd-etdz"]
    assert zone.people is not None and zone.people.population == 50 and zone.per_1000(60) == 50
    assert found["none"].beds == 100 and found["none"].people is None
    whole = found[CITY]
    assert whole.beds == 146 and whole.people is not None and whole.people.aged_60 == 1000
    assert not whole.overstated


def test_an_area_that_nobody_reported_has_no_rate() -> None:
    found = rows(bedded(COUNTIES[0], None))
    assert found[COUNTIES[0]].beds is None and found[COUNTIES[0]].per_1000(60) is None
    assert found[COUNTIES[0]].silent == ("S-0001",) and found[COUNTIES[0]].finished == 1
    assert found[COUNTIES[1]].records == 0 and found[COUNTIES[1]].beds is None


GROUPS = st.builds(
    bedded,
    st.sampled_from((*COUNTIES, "qhd-etdz", CITY, "zone-x")),
    st.one_of(st.none(), st.integers(0, 500)),
    stage=st.sampled_from(("投产", "竣工", "在建", "未明确", "退库")),
    ownership=st.sampled_from([str(o) for o in OWNERSHIPS]),
)


@given(st.lists(GROUPS, max_size=15))
def test_rows_add_up_to_the_whole(groups: list[Group]) -> None:
    found = rows(*groups)
    whole = found.pop(CITY)
    for name in ("records", "finished", "stage_unknown", "beds_known", "planned", "planned_known"):
        assert sum(getattr(row, name) for row in found.values()) == getattr(whole, name), name
    assert sum(row.beds or 0 for row in found.values()) == (whole.beds or 0)
