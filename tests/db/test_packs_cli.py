"""``python -m data pack``: a folder of files that is whole, and refusals of one line."""

import json
from pathlib import Path

import pytest

from data.database import Database
from tests.db.test_cli import BAD_VALUE, DONE, WRONG_USAGE, complaint, run
from tests.ui.conftest import address_of

pytestmark = pytest.mark.db


@pytest.fixture
def settings(library_database: Database, tmp_path: Path) -> dict[str, str]:
    return {"DATABASE_URL": address_of(library_database), "ATLAS_DATA_DIR": str(tmp_path / "data")}


def test_a_pack_of_a_filter_lies_in_the_folder(settings: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "会议材料"
    done = run(
        *("pack", "--out", out, "--county", "440232", "--parts", "geojson,kml", "--language", "en"),
        **settings,
    )
    assert done.returncode == DONE, done.stderr
    names = sorted(path.name.partition("-2")[0] for path in out.iterdir())
    assert names == ["manifest", "pack", "projects", "projects"]
    manifest = json.loads(next(out.glob("manifest-*.json")).read_bytes())
    assert manifest["filter"] == {"county": "440232"} and manifest["public"] is True
    assert f"{manifest['records']} records, 4 files" in done.stdout and "3/3" in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["会议材料"], "no draft is left beside"
    assert "empty folder" in complaint(run("pack", "--out", out, **settings), BAD_VALUE)


@pytest.mark.parametrize(
    ("more", "word"),
    [(("--parts", "hologram"), "hologram"), (("--category", "hotel"), "hotel"), (("--ids", "../x"), "ids")],
)
def test_what_cannot_be_made_is_one_line(
    more: tuple[str, ...], word: str, settings: dict[str, str], tmp_path: Path
) -> None:
    assert word in complaint(run("pack", "--out", tmp_path / "x", *more, **settings), BAD_VALUE)
    assert list(tmp_path.iterdir()) == []


def test_paper_is_of_two_sizes(tmp_path: Path) -> None:
    assert run("pack", "--out", tmp_path / "x", "--paper", "A0").returncode == WRONG_USAGE
