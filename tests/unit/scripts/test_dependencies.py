"""The review of dependencies: hashes, licences, the register, and what no lock knows."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from scripts import dependencies as review
from tests.paths import ROOT


def test_all_that_set_up_installs_has_a_hash_and_a_licence_and_stands_in_the_register() -> None:
    assert list(review.problems()) == []


def test_every_lock_is_read() -> None:
    names = {path.stem for path in ROOT.glob("requirements*.txt")}
    assert names == set(review.LOCKS)
    uses = {package.name: package.use for package in (*review.locked(), *review.assets())}
    assert (uses["streamlit"], uses["pytest"], uses["leaflet"]) == ("run", "test", "browser")


def test_nothing_is_installed_that_no_lock_knows() -> None:
    if Path(sys.prefix) != ROOT / ".venv":
        pytest.skip("not the environment that set-up made: a developer's own may hold more")
    assert review.strangers(review.stated()) == ()


def test_a_stranger_is_found() -> None:
    assert review.strangers({"streamlit": "", "left-pad": "", "pip": ""}) == ("left-pad",)


@pytest.mark.parametrize(
    ("licence", "use", "fine"),
    [
        ("MIT", "run", True),
        ("Apache-2.0 AND BSD-2-Clause", "run", True),
        ("MIT AND GPL-3.0-only", "run", False),
        ("GPL-2.0-or-later OR MPL-1.1", "run", True),
        ("(CC-BY-4.0 AND OFL-1.1 AND MIT)", "browser", True),
        ("GPL-3.0-or-later", "test", True),
        ("GPL-3.0-or-later", "Dask", False),
        ("AGPL-3.0-only", "test", False),
        ("Proprietary", "run", False),
        ("unstated", "run", False),
        ("", "run", False),
    ],
)
def test_which_licences_go(licence: str, use: str, fine: bool) -> None:
    assert review.allowed(licence, use) is fine


def told(monkeypatch: pytest.MonkeyPatch, *packages: review.Package) -> list[str]:
    """Return what is said when the locks hold just these packages."""
    monkeypatch.setattr(review, "reviewed", lambda: packages)
    return list(review.problems())


def test_what_is_wrong_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    good = review.Package("good", ("1",), "run", True, "MIT")
    assert told(monkeypatch, good)[0].startswith("docs/licences.md is not what the locks say")
    assert "good" not in "".join(told(monkeypatch, good))
    assert "no hash" in told(monkeypatch, replace(good, hashed=False))[0]
    assert "good: AGPL is not allowed for run" in told(monkeypatch, replace(good, licence="AGPL"))[0]
    assert "an unknown licence" in told(monkeypatch, replace(good, licence=""))[0]


def test_an_entry_without_a_hash_is_found(tmp_path: Path) -> None:
    for name in review.LOCKS:
        shutil.copy(ROOT / f"{name}.txt", tmp_path)
    lock = tmp_path / "requirements.txt"
    lock.write_text(lock.read_text("utf-8") + "zzz==1.0\n", "utf-8")
    assert [package.name for package in review.locked(tmp_path) if not package.hashed] == ["zzz"]
