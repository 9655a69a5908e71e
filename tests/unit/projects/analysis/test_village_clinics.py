"""Village clinics: counties add up, slots are no clinics, a row given twice counts once."""

from __future__ import annotations

from projects.analysis.coverage.clinics import per_village, village_clinics
from projects.analysis.inputs import ClinicCover
from tests.fake_analysis import FakeAnalysis

ROWS = (
    ClinicCover("440232", "乳源", "440232100", "乳城镇", villages=8, clinics=4, vague=1),
    ClinicCover("440232", "乳源", "440232101", "桂头镇", villages=6, clinics=0, vague=0),
    ClinicCover("440232", "乳源", None, "", villages=0, clinics=0, vague=2, slots=5),
    ClinicCover("440200", "韶关市", None, "", villages=0, clinics=0, vague=0, slots=800),
)


def test_a_county_is_the_sum_of_its_townships_and_of_what_only_it_knows() -> None:
    found = village_clinics(ROWS)
    by_code = {one.county: one for one in found.counties}
    county = by_code["440232"]
    assert (county.villages, county.clinics, county.vague, county.slots) == (14, 4, 3, 5)
    assert by_code["440200"].slots == 800 and per_village(by_code["440200"]) is None
    assert (found.whole.clinics, found.whole.slots) == (4, 805), "slots are never clinics"
    assert [one.township_name for one in found.without] == ["桂头镇"]


def test_overlapping_areas_count_once_in_any_order() -> None:
    assert village_clinics((*ROWS, *ROWS)) == village_clinics(reversed(ROWS)) == village_clinics(ROWS)


def test_a_county_with_nothing_is_no_row_and_nothing_at_all_is_empty() -> None:
    assert village_clinics([ClinicCover("440299", "园区", None, "", 0, 0, 0)]).counties == ()
    assert village_clinics([]).whole.villages == 0


def test_the_fake_prefecture_adds_up() -> None:
    rows = FakeAnalysis().clinic_cover("440200")
    found = village_clinics(rows)
    assert sum(one.villages for one in found.townships) == found.whole.villages
    assert sum(one.clinics for one in found.counties) == found.whole.clinics
    assert len(found.townships) == 30
