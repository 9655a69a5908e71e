"""The English catalogue: complete, with the same placeholders, and no word of it for nothing."""

from __future__ import annotations

import re
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from tests.paths import ROOT
from tests.unit.views.catalogue import code_words, sentences, wanted
from views.i18n import LANGUAGES, LOCALE, map_labels, translator

PO = ROOT / "locale" / "en" / "LC_MESSAGES" / "atlas.po"


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    with PO.open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    assert not [m.id for m in catalogue if m.id and m.fuzzy]
    return {str(m.id): str(m.string) for m in catalogue if m.id}


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def test_every_sentence_has_an_english_one(english: dict[str, str]) -> None:
    assert sorted(wanted() - english.keys()) == []
    assert [key for key, words in english.items() if not words.strip()] == []


def test_nothing_is_translated_that_no_page_says(english: dict[str, str]) -> None:
    assert sorted(english.keys() - wanted()) == []


def test_placeholders_are_the_same(english: dict[str, str]) -> None:
    differing = {k: v for k, v in english.items() if placeholders(k) != placeholders(v)}
    assert differing == {}


MEANT = (
    "温泉 (hot spring)",
    "万元 or 亿元",
    "公建民营 (publicly built, privately run)",
    "approval number (审图号)",
    "(模拟分配，非下达指标)",
    "「清除」",
    "卫健, 发改, 卫计局",
    "2026省重点；2027市重点",
    "2026省重点",
    "“重点项目名单”",
    "sheet 里程碑",
    "sheet 指标",
    "sheet 资金",
    "竣工投产 (completed)",
    "新开工 (new start)",
    "续建 (continued)",
    "预备 (prepared)",
)
"""Chinese words that an English sentence means as they stand: sheets, headings, terms explained."""


def test_english_is_english(english: dict[str, str]) -> None:
    """Chinese stays only where the Chinese words themselves are meant."""
    meant = re.compile("|".join(map(re.escape, MEANT)))
    assert [words for words in english.values() if re.search("[\u4e00-\u9fff]", meant.sub("", words))] == []


def test_the_extraction_finds_joined_and_attribute_calls() -> None:
    found = set(sentences(ROOT / "views" / "map" / "map_page.py"))
    assert any(s.startswith("符合条件 {matched}") and s.endswith("{unlocated}") for s in found)
    assert "储备" in set(code_words())


def test_the_empty_text_is_not_the_header_of_the_catalogue() -> None:
    assert [translator(language)("") for language in LANGUAGES] == ["", ""]


def test_the_compiled_catalogue_is_in_use() -> None:
    if not PO.with_suffix(".mo").is_file():
        pytest.skip("catalogues are not compiled yet: run scripts/catalogues.py")
    assert translator("en")("乡镇（街道）") == "Township (subdistrict)"
    assert map_labels("en").categories["tcm"] == "Chinese medicine"
    assert LOCALE == ROOT / "locale"
