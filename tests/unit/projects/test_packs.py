"""Orders of packs: what a page asks for is what the job reads, and nothing else passes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.errors import BadValue
from projects.filters import ProjectFilter
from projects.packs import MAX_TITLE, Order, Pack, PackFile, PackShare, edition_arguments, order_of

WHEN = datetime(2026, 11, 22, tzinfo=UTC)


@given(
    ids=st.lists(st.from_regex(r"SG-[0-9]{4}", fullmatch=True), max_size=5, unique=True),
    parts=st.lists(st.sampled_from(["map_pdf", "geojson", "kml"]), unique=True),
    language=st.sampled_from(["zh", "en"]),
    paper=st.sampled_from(["A4", "A3"]),
    public=st.booleans(),
)
def test_an_order_comes_back_from_the_arguments_of_its_job(
    ids: list[str], parts: list[str], language: Any, paper: str, public: bool
) -> None:
    order = Order(
        chosen=ProjectFilter(ids=tuple(ids)),
        parts=tuple(parts),
        language=language,
        paper=paper,
        title="明天的会",
        public=public,
    )
    assert order_of(order.arguments()) == order


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"filter": {"county": "44"}}, "county=44"),
        ({"language": "fr"}, "fr"),
        ({"paper": "A5"}, "A5"),
        ({"parts": "map_pdf"}, "文件清单"),
        ({"filter": ["x"]}, "写法"),
        ({"filter": {"text": "养老"}}, "别的项目"),
        ({"filter": {"county": "440232", "where": "1=1"}}, "别的项目"),
        ({"filter": {"category": ["tcm"]}}, "category"),
    ],
)
def test_what_could_be_done_in_part_only_is_refused(arguments: dict[str, Any], word: str) -> None:
    with pytest.raises(BadValue, match=word):
        order_of(arguments)


def test_odd_arguments_are_plain_defaults_or_short() -> None:
    assert order_of({}) == Order() == order_of({"filter": None, "parts": None, "title": None, "public": 1})
    assert order_of({"title": " 会\n议 \t材料 "}).title == "会 议 材料"
    assert len(order_of({"title": "长" * 500}).title) == MAX_TITLE
    unprinted = "a\x01\x0b\u202e\u2066b\ufffe\ud800\u200d"
    assert order_of({"title": unprinted}).title == "ab", "XML cannot hold it"


def test_a_pack_knows_its_archive_its_size_and_whether_it_is_frozen() -> None:
    files = (
        PackFile("a.pdf", "map_pdf", "application/pdf", 10, "0", 3),
        PackFile("m.json", "manifest", "application/json", 2, "1", None),
        PackFile("z.zip", "zip", "application/zip", 11, "2", None),
    )
    pack = Pack(1, "x", 3, "zh", files, WHEN, WHEN + timedelta(days=1))
    assert (pack.size_bytes, pack.archive, pack.frozen) == (12, files[2], False)
    bare = Pack(2, "x", 3, "zh", files[:1], WHEN, None, edition_id=7)
    assert (bare.archive, bare.frozen) == (None, True) and edition_arguments(7) == {"edition": 7}


def test_a_link_is_open_until_its_end_unless_revoked() -> None:
    share = PackShare(1, 1, WHEN, WHEN + timedelta(hours=1), None, 0, 0, None)
    assert share.open_at(WHEN) and not share.open_at(WHEN + timedelta(hours=1))
    revoked = PackShare(1, 1, WHEN, WHEN + timedelta(hours=1), WHEN, 0, 0, None)
    assert not revoked.open_at(WHEN)
