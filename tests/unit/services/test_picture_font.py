"""A missing font is said when the server starts, and the server starts all the same."""

import logging

import pytest

from data.cli import status
from layers import fonts
from projects.errors import SetupIncomplete
from services import picture_font


def _none() -> None:
    raise SetupIncomplete("本机没有中文字体，无法生成图片。")


def test_with_a_font_nothing_is_said(caplog: pytest.LogCaptureFixture) -> None:
    assert picture_font.say_if_missing() and not caplog.records


def test_without_one_a_warning_says_what_to_do(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_font, "chinese_font", _none)
    with caplog.at_level(logging.WARNING):
        assert not picture_font.say_if_missing()
    assert "没有中文字体" in caplog.text


def test_status_names_the_font_or_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert str(status.pictures()["font"]).lower().endswith((".ttf", ".otf", ".ttc"))
    monkeypatch.setattr(fonts, "chinese_font", _none)
    assert status.pictures() == {"font": None, "missing": "本机没有中文字体，无法生成图片。"}
