"""The user guide quotes what is there: captions in 「」, files, settings, commands, pictures and links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from data.cli import parser
from data.settings import names
from services.sign_in_page import EN, ZH
from tests.paths import ROOT

GUIDE = ROOT / "docs" / "guide"
PAGES = [*sorted(GUIDE.glob("*/*.md")), ROOT / "tests" / "examples" / "README.md"]
LANGUAGES = {"zh": ZH, "en": EN}
SMALL = 120_000


def title(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@cache
def captions(language: str) -> tuple[re.Pattern[str], ...]:
    """Return what the pages say in a language, placeholders standing for anything."""
    with (ROOT / "locale" / "en" / "LC_MESSAGES" / "atlas.po").open("rb") as file:
        catalogue = read_po(file)
    said = {str(m.id if language == "zh" else m.string) for m in catalogue if m.id}
    said |= set(LANGUAGES[language].values())
    return tuple(re.compile(".+".join(map(re.escape, re.split(r"\{\w*[^}]*\}", s)))) for s in said if s)


def quoted(page: Path) -> Iterator[str]:
    """Yield the captions that a page quotes."""
    yield from re.findall(r"「([^」]+)」", page.read_text("utf-8"))


@pytest.mark.parametrize("page", [p for p in PAGES if p.parent.name in LANGUAGES], ids=title)
def test_captions_are_on_the_pages(page: Path) -> None:
    known = captions(page.parent.name)
    missing = [c for c in quoted(page) if not any(pattern.fullmatch(c) for pattern in known)]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=title)
def test_links_and_pictures_are_there(page: Path) -> None:
    links = re.findall(r"\]\(([^)]+)\)", page.read_text("utf-8"))
    missing = [link for link in links if not (page.parent / link.partition("#")[0]).resolve().exists()]
    assert links or page.parent.name == "examples"
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=title)
def test_settings_and_commands_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    settings = set(re.findall(r"\b[A-Z]{3,}(?:_[A-Z]+)+\b|\bGEOCODER\b", text))
    assert settings <= set(names()), settings - set(names())
    commands = re.findall(r"python -m data (.+?)(?:`|$)", text, re.M)
    for line in commands:
        arguments = [re.sub(r'^"|"$', "", part) for part in re.findall(r'"[^"]*"|\S+', line)]
        parser().parse_args(arguments)


def test_both_languages_have_the_same_chapters_and_pictures_are_small() -> None:
    zh, en = (sorted(p.name for p in (GUIDE / language).glob("*.md")) for language in ("zh", "en"))
    assert zh == en and len(zh) == 30
    shown = {name for page in PAGES for name in re.findall(r"images/([\w-]+\.png)", page.read_text("utf-8"))}
    there = {path.name for path in (GUIDE / "images").glob("*.png")}
    assert shown == there
    assert all(path.stat().st_size < SMALL for path in (GUIDE / "images").glob("*.png"))


def test_every_practice_file_is_explained() -> None:
    text = (ROOT / "tests" / "examples" / "README.md").read_text("utf-8")
    files = {
        p.name for p in (ROOT / "tests" / "examples").iterdir() if p.suffix not in (".py", ".md", ".json")
    }
    assert {name for name in files if name != "__pycache__"} <= set(re.findall(r"[\w]+\.\w+", text))
