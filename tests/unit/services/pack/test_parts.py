"""The registry of parts: everybody's makers are there, names are told apart, nothing is imported early."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from data.exports import formats
from projects.errors import BadValue
from services.pack import parts
from tests.paths import ROOT

MAKERS = (
    ("services.pack.maps.maps", "map_pdf"),
    ("services.pack.maps.maps", "map_png"),
    ("services.pack.mayor.mayor", "mayor_pdf"),
    ("services.pack.book.word", "book_docx"),
    ("services.pack.book.pdf", "book_pdf"),
    ("services.pack.deck.deck", "deck_pptx"),
    ("services.pack.offline.offline", "offline_html"),
)
EXPORTS = {"table_xlsx": "xlsx"}


def test_every_part_is_in_one_group_and_every_group_has_parts() -> None:
    grouped = [key for keys in parts.GROUPS.values() for key in keys]
    assert sorted(grouped) == sorted(part.key for part in parts.PARTS)
    assert len({part.key for part in parts.PARTS}) == len(parts.PARTS)


@pytest.mark.parametrize(("module", "name"), MAKERS)
def test_the_makers_are_where_the_registry_looks_for_them(module: str, name: str) -> None:
    assert callable(getattr(import_module(module), name))
    assert name in {part.key for part in parts.PARTS}


def test_parts_that_are_exports_are_of_the_kind_that_is_exported() -> None:
    for part in parts.PARTS:
        if (part.key, part.key) not in {(name, name) for _module, name in MAKERS}:
            kind = formats.FORMATS[EXPORTS.get(part.key, part.key)]
            assert (part.extension, part.media_type) == (kind.extension, kind.media_type), part.key


def test_files_of_one_kind_have_names_of_their_own_in_both_languages() -> None:
    for names in (
        [(part.zh, part.extension) for part in parts.PARTS],
        [(part.en, part.extension) for part in parts.PARTS],
    ):
        assert len(set(names)) == len(names)


def test_no_keys_are_all_parts_and_an_unknown_one_is_refused() -> None:
    assert parts.chosen(()) == parts.PARTS
    assert [part.key for part in parts.chosen(("kml", "map_pdf", "kml"))] == ["map_pdf", "kml"]
    with pytest.raises(BadValue, match="secret"):
        parts.chosen(("map_pdf", "secret"))


def test_listing_the_parts_imports_no_drawing_library() -> None:
    code = (
        "import sys; from services.pack.parts import PARTS;"
        "print([m for m in ('matplotlib', 'weasyprint', 'pptx', 'docx', 'pyogrio') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(ROOT), capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
