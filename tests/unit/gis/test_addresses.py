"""One spelling of an address, its regions in front once."""

from hypothesis import given
from hypothesis import strategies as st

from gis.addresses import complete, normalise

REGIONS = ["广东省", "韶关市", "武江区"]


def test_full_width_and_spaces_are_one_spelling() -> None:
    assert normalise("　沐溪大道 １６８ 号（Ａ座）\n") == "沐溪大道168号(A座)"


def test_regions_come_first_and_once_however_they_were_written() -> None:
    whole = "广东省韶关市武江区西联镇甘棠村"
    for written in ("西联镇甘棠村", "武江区西联镇甘棠村", "韶关市武江区西联镇甘棠村", whole,
                    "广东韶关武江区西联镇甘棠村", "广东省 韶关市　武江区 西联镇甘棠村"):  # fmt: skip
        assert complete(written, REGIONS) == whole


def test_a_road_named_after_a_city_stays_whole() -> None:
    assert complete("韶关大道1号", REGIONS) == "广东省韶关市武江区韶关大道1号"
    assert complete("新城武江区大厦", REGIONS) == "广东省韶关市武江区新城武江区大厦"


def test_unknown_regions_are_left_out() -> None:
    assert complete("甘棠村", ["广东省", "", "武江区"]) == "广东省武江区甘棠村"
    assert complete(" 甘棠村 ", []) == "甘棠村"


@given(st.text(alphabet="广东省韶关市武江区西联镇1号 　", max_size=20))
def test_completing_twice_changes_nothing(address: str) -> None:
    once = complete(address, REGIONS)
    assert once.startswith("广东省韶关市武江区")
    assert complete(once, REGIONS) == once
