"""The examples in docstrings are run: what they show is what the code does."""

import doctest
import importlib
import pkgutil

import pytest

PACKAGES = ("gis", "projects", "layers", "data", "services", "views")
SKIPPED = ("data.__main__", "data.migrations")
"""Modules that run something when imported."""


def modules() -> list[str]:
    """Return every module of our packages."""
    found = []
    for package in PACKAGES:
        paths = importlib.import_module(package).__path__
        found += [package, *(m.name for m in pkgutil.walk_packages(paths, f"{package}."))]
    return [name for name in found if not name.startswith(SKIPPED)]


@pytest.mark.parametrize("name", modules())
def test_examples(name: str) -> None:
    results = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert results.failed == 0


def test_there_are_examples_to_run() -> None:
    finder = doctest.DocTestFinder()
    examples = sum(
        len(test.examples) for name in modules() for test in finder.find(importlib.import_module(name))
    )
    assert examples > 20
