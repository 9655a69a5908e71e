"""The picture of an exhibit: what it says stands in it, for eyes and for programs."""

from __future__ import annotations

import io
from typing import Any, cast

import pytest
from PIL import Image

from data.exports.exhibit_words import lines
from layers.labels import ZH
from projects.analysis.exhibit import Exhibit
from projects.errors import SetupIncomplete
from services import exhibit_picture
from services.map_parts import Shading, Wishes
from tests.exhibit_made import HOSTILE, exhibit, records
from tests.ui.analysis_shell import FakeScenes
from tests.unit.data.exports_fake import FakeLibrary, request

WISHES = Wishes(labels=ZH, credit="某局 · 审图号", shading=Shading("none", "", "", ""))


def picture(made: Exhibit | None = None, **values: Any) -> Image.Image:
    content = exhibit_picture.exhibit_png(
        cast(Any, FakeLibrary()), cast(Any, FakeScenes()), request(**values), WISHES, made or exhibit()
    )
    found = Image.open(io.BytesIO(content))
    found.load()
    return found


def test_it_is_a_whole_picture_with_its_words_beside_the_pixels() -> None:
    found, made = picture(), exhibit()
    assert found.format == "PNG" and found.width == 2400 and found.height > 1500
    said = found.info["Description"].splitlines()
    assert found.info["Title"] == made.title and found.info["Copyright"] == "某局 · 审图号"
    assert said[1:3] == list(made.says)
    assert any(line.startswith("参数：聚类距离 2 公里；") for line in said)
    assert set(made.caveats) <= set(said) and "数据截至：2026-05-06" in said[-1]


def test_what_is_modelled_is_said_first() -> None:
    asked = request()
    first = lines(cast(Any, FakeLibrary()), asked, exhibit())[0]
    assert first == "测算：含模拟测算的数字，不是统计数据，也不是下达指标"
    assert "测算" not in lines(cast(Any, FakeLibrary()), asked, exhibit(tables=(records(),)))[0]


def test_english_lines_are_english() -> None:
    said = lines(cast(Any, FakeLibrary()), request(language="en"), exhibit(says=(), caveats=(), sources=()))
    assert said[1].startswith("Settings: 聚类距离 2 公里") and said[2].startswith("Filter: ")
    assert said[3].startswith("Data as of: 2026-05-06; Made: ")
    assert "unknown" in lines(cast(Any, FakeLibrary()), request(language="en"), exhibit(data_date=None))[-1]


def test_the_reader_is_told_where_no_font_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert exhibit_picture.available()

    def none() -> None:
        raise SetupIncomplete("no font")

    monkeypatch.setattr(exhibit_picture, "chinese_font", none)
    assert not exhibit_picture.available()


def test_words_of_any_kind_do_not_break_the_file() -> None:
    found = picture(exhibit(says=(HOSTILE, "控制\x00\x01字符", "\U0001f600 𠀀"), tables=(records(),)))
    assert HOSTILE in found.info["Description"] and "𠀀" in found.info["Description"]
