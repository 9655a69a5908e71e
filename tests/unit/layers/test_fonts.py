"""The font of pictures: found without importing its package, every sign there, lines that fit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers import fonts
from layers.labels import ZH
from projects.errors import SetupIncomplete
from tests.paths import ROOT

SENTENCE = "参数：半径 2 km（直线距离×1.4），最少项目数 5；“聚集”只是描述，不是检验。"
words = st.text("参数半径项目，。；（）“”abc 012.kmXY", max_size=120)


@pytest.fixture
def afresh() -> Any:
    """Forget the font found, before and after."""
    fonts.chinese_font.cache_clear()
    yield
    fonts.chinese_font.cache_clear()


def test_the_packaged_font_is_found_and_its_package_not_imported() -> None:
    code = (
        "import sys; from layers.fonts import chinese_font, width; width('中', 10);"
        "print(chinese_font().name, 'zhplot' in sys.modules, 'matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["NotoSansSC-Regular.ttf", "False", "False"]


def test_without_the_package_a_font_of_the_machine_serves(
    monkeypatch: pytest.MonkeyPatch, afresh: Any
) -> None:
    monkeypatch.setattr(fonts, "packaged_font", lambda: None)
    monkeypatch.setattr(fonts, "system_font", lambda: Path("/fonts/some.ttf"))
    assert fonts.chinese_font() == Path("/fonts/some.ttf")


def test_without_any_font_a_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch, afresh: Any) -> None:
    monkeypatch.setattr(fonts, "packaged_font", lambda: None)
    monkeypatch.setattr(fonts, "system_font", lambda: None)
    with pytest.raises(SetupIncomplete, match=r"没有中文字体.*make run"):
        fonts.chinese_font()


def test_the_package_may_be_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert fonts.packaged_font() is None


def test_every_word_of_the_map_can_be_printed() -> None:
    for table in (ZH.words, ZH.categories, ZH.precision, ZH.basis, ZH.levels, ZH.funding):
        for text in table.values():
            assert fonts.printable(text) == text


def test_a_sign_that_the_font_has_not_is_shown_as_missing_never_as_a_box() -> None:
    assert fonts.printable("𠮷野家😀") == "〓野家〓"
    assert fonts.printable("a\u202eb\nc") == "ab c"


def test_chinese_is_as_wide_as_high_and_latin_narrower() -> None:
    assert fonts.width("中文", 10) == pytest.approx(20, abs=0.01)
    assert 4 < fonts.width("a", 10) < 7


@given(words, st.floats(60, 300))
def test_no_line_is_wider_than_its_room_and_nothing_is_lost(text: str, room: float) -> None:
    lines = fonts.wrap(text, 10, room)
    assert all(fonts.width(line, 10) <= room for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one() -> None:
    for room in range(60, 300, 7):
        lines = fonts.wrap(SENTENCE, 10, room)
        assert not any(line[0] in "，。；）”" for line in lines)
        assert not any(line[-1] in "（“" for line in lines)


def test_a_word_longer_than_a_line_is_cut_and_an_empty_text_is_one_empty_line() -> None:
    assert len(fonts.wrap("W" * 60, 10, 100)) > 4
    assert fonts.wrap("", 10, 100) == [""]
