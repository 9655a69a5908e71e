"""The table of faults names tests that exist, and every test of faults stands in it."""

import re
from pathlib import Path
from typing import Final

from tests.faults.ways import WAYS
from tests.paths import ROOT

TABLE: Final = (ROOT / "docs" / "faults.md").read_text("utf-8")
HERE: Final = Path("tests/faults")
UNLISTED: Final = {"test_table.py", "test_what_is_being_written_now_is_not_taken_for_a_remainder"}


def named() -> set[tuple[Path, str]]:
    """Return file and name of the tests that the table names."""
    found = re.findall(r"`([\w/]+\.py)::(test_\w+)`", TABLE)
    return {(Path(f) if "/" in f else HERE / f, name) for f, name in found}


def test_every_test_that_the_table_names_exists() -> None:
    for file, name in named():
        assert f"def {name}(" in (ROOT / file).read_text("utf-8"), f"{file}::{name}"


def test_every_test_of_faults_stands_in_the_table() -> None:
    names = {name for _, name in named()} | UNLISTED
    for file in (ROOT / HERE).glob("test_*.py"):
        if file.name not in UNLISTED:
            assert set(re.findall(r"^def (test_\w+)\(", file.read_text("utf-8"), re.M)) <= names, file


def test_every_way_of_writing_is_named() -> None:
    for name in WAYS:
        assert re.search(rf"\b{name}\b", TABLE), name
