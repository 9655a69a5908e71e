"""The plain pages about a pack: what they say, and that no text of a record becomes markup."""

from datetime import UTC, datetime

import pytest

from data.exports.request import PRACTICE
from projects.packs import Pack, PackFile
from services.pack.web import pages

WHEN = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
HOSTILE = "</title><script>alert(1)</script>\u202e${x}`\"'"
FILES = (
    PackFile("地图 <b>.pdf", "map_pdf", "application/pdf", 2_500_000, "a" * 64, 3),
    PackFile("材料.zip", "zip", "application/zip", 900, "b" * 64, None),
)
FACTS = {
    "name": "招商目录",
    "area": HOSTILE,
    "area_code": "440200",
    "year": 2026,
    "number": 2,
    "published_at": "2026-11-21T08:00:00+08:00",
    "conditions": HOSTILE,
    "against": {"id": 1, "title": HOSTILE, "number": 1},
    "differences": {"新进": 2, "退出": 1},
}


def pack(**detail: object) -> Pack:
    return Pack(1, HOSTILE, 3, "zh", FILES, WHEN, None, edition_id=7, detail=detail)


@pytest.mark.parametrize("practice", [True, False])
def test_the_page_of_a_link_lists_the_archive_first_and_says_when_it_ends(practice: bool) -> None:
    shown = pages.shared(pack(), "/pack/shared/t", WHEN, practice=practice)
    assert shown.index("材料.zip") < shown.index(".pdf")
    assert 'href="/pack/shared/t/%E5%9C%B0%E5%9B%BE%20%3Cb%3E.pdf"' in shown
    assert "2026-11-22 09:30 前有效" in shown, "in the office's time"
    assert "3 个项目" in shown and "2.5 MB" in shown and "a" * 64 in shown
    assert (PRACTICE["zh"] in shown) is practice


def test_the_page_of_an_edition_says_what_changed_and_what_was_left_out() -> None:
    shown = pages.edition(pack(edition=FACTS, left_out="没有附地图"), "/edition/7", practice=False)
    for told in ("招商目录", "440200", "新进", "2026-11-21 08:00", "没有附地图", 'href="/edition/7/'):
        assert told in shown
    first = pages.edition(pack(edition=FACTS | {"against": None}), "/edition/7", practice=False)
    assert "新进" not in first and "没有附地图" not in first


def test_no_text_becomes_markup() -> None:
    for shown in (
        pages.shared(pack(), "/x", WHEN, practice=False),
        pages.edition(pack(edition=FACTS), "/x", practice=False),
        pages.edition(pack(), "/x", practice=True),
    ):
        assert "<script" not in shown and "<b>" not in shown and "\u202e" not in shown
        assert "${x}" not in shown and shown.count("</title>") == 1
