"""What stands in the way of a release is said, one line each."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from data.version import PROJECT, UNKNOWN, version
from scripts import release
from tests.paths import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n\n## 1.2.3 — 2026-11-22\n\n- x\n")
    place = tmp_path / "tests/db/releases"
    place.mkdir(parents=True)
    (place / "1.2.3.json").write_text(json.dumps({"schema": "0042"}))
    (place / "1.2.3.dump.gz").write_bytes(b"")
    for words in (("init", "-q"), ("add", "."), ("commit", "-qm", "all")):
        name = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *name, *words], cwd=tmp_path, check=True)
    return tmp_path


def missing(checkout: Path, number: str = "1.2.3", schema: str = "0042") -> list[str]:
    return [one.words for one in release.findings(checkout, number, schema) if not one.met]


def test_a_checkout_that_is_ready(checkout: Path) -> None:
    assert missing(checkout) == []


def test_each_thing_in_the_way_is_named(checkout: Path) -> None:
    (checkout / "new.py").touch()
    assert ["uncommitted (1 files" in words for words in missing(checkout)] == [True]
    (checkout / "new.py").unlink()
    assert any("schema 0043 (they say 0042)" in words for words in missing(checkout, schema="0043"))
    found = missing(checkout, "1.3.0")
    assert any("section '## 1.3.0" in words for words in found)
    assert any("releases/1.3.0" in words for words in found)
    assert any("MAJOR.MINOR.PATCH" in words for words in missing(checkout, "1.2"))
    subprocess.run(["git", "tag", "v1.2.3"], cwd=checkout, check=True)
    assert any("no tag v1.2.3" in words for words in missing(checkout))
    (checkout / "CHANGELOG.md").write_text("## Unreleased\n\n- forgotten\n\n## 1.2.3 — 2026-11-22\n")
    assert any("Unreleased" in words for words in missing(checkout))


def test_the_version_stands_in_one_place() -> None:
    assert f'version = "{version()}"' in PROJECT.read_text()
    assert version() != UNKNOWN
    for file in ("app.py", "Dockerfile", "compose.yaml", "package.json"):
        assert f'"{version()}"' not in (ROOT / file).read_text() or file == "package.json"


def test_without_the_project_file_the_version_is_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version.cache_clear()
    monkeypatch.setattr("data.version.PROJECT", tmp_path / "none.toml")
    try:
        assert version() == UNKNOWN
    finally:
        version.cache_clear()
