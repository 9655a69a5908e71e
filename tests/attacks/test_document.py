"""docs/security.md names tests that there are, and every test of this folder."""

from __future__ import annotations

import ast
import re

from tests.paths import ROOT

NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def test_every_test_that_the_document_names_exists() -> None:
    named = set(NAMED.findall((ROOT / "docs" / "security.md").read_text("utf-8")))
    assert len(named) > 50
    assert sorted(f"{path}::{name}" for path, name in named if name not in functions(path)) == []


def test_every_threat_has_a_test() -> None:
    threats = (ROOT / "docs" / "security.md").read_text("utf-8").split("## Threats")[1].split("## ")[0]
    rows = [line for line in threats.splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 20
    assert [row[:60] for row in rows if not NAMED.search(row)] == []


def functions(path: str) -> set[str]:
    """Return the names of the functions of a file; none when there is no such file."""
    file = ROOT / path
    tree = ast.parse(file.read_text("utf-8")) if file.exists() else ast.Module([], [])
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
