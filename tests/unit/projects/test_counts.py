"""Counts that belong to an answer always add up."""

from hypothesis import given
from hypothesis import strategies as st

from projects.counts import AreaCount, Page, PrecisionCount, by_area


@given(st.dictionaries(st.integers(0, 5), st.integers(0, 10**6)))
def test_matched_is_the_sum_of_its_parts(by_precision: dict[int, int]) -> None:
    count = PrecisionCount.of(by_precision)
    assert count.matched == sum(by_precision.values())
    assert count.points == by_precision.get(1, 0) + by_precision.get(2, 0)
    assert (count.township, count.county, count.region, count.unlocated) == tuple(
        by_precision.get(p, 0) for p in (3, 4, 5, 0)
    )
    page = Page(items=(), count=count)
    assert (page.matched, page.returned) == (count.matched, 0)


@given(
    st.dictionaries(
        st.tuples(st.sampled_from("ABC"), st.sampled_from(["county", "zone"]), st.sampled_from("xyz")),
        st.integers(1, 9),
    )
)
def test_rows_are_gathered_by_area_and_level(cells: dict[tuple[str, str, str], int]) -> None:
    gathered = by_area((code, level, code, category, n) for (code, level, category), n in cells.items())
    assert sum(area.total for area in gathered) == sum(cells.values())
    assert len({(a.code, a.level) for a in gathered}) == len(gathered)
    for area in gathered:
        for category, n in area.by_category.items():
            assert cells[area.code, area.level, category] == n


def test_an_empty_area_counts_zero() -> None:
    assert AreaCount("440232", "county", "乳源").total == 0
