"""The guide for those who write definitions: its example works, and it names what there is."""

import re
from pathlib import Path

import pytest

from data import cli
from data.importers.directories.definitions import BUILT_IN, check_definition
from data.settings import Settings
from projects.directories.definition import parse_definition
from projects.directories.flags import flags
from projects.directories.model import ColumnType, Verdict
from projects.directories.model import Test as Held

DOCUMENT = (Path(__file__).resolve().parents[3] / "docs" / "directories.md").read_text("utf-8")


def example() -> bytes:
    found = re.search(r"```toml\n(.*?)```", DOCUMENT, re.DOTALL)
    assert found is not None
    return found[1].encode()


def test_the_example_is_a_definition_and_computes_what_it_says() -> None:
    found, mistakes = parse_definition("meeting_rooms.toml", example(), own=True)
    assert found is not None and mistakes == [] and found.mapped
    assert flags(found, {"seats": 200, "accessible": True}) == {"for_roadshows": Verdict.YES}
    assert flags(found, {"seats": 199}) == {"for_roadshows": Verdict.NO}
    assert flags(found, {"seats": 500}) == {"for_roadshows": Verdict.UNKNOWN}
    assert [column.name for column in found.columns if column.contact] == ["phone"]


def test_every_type_test_and_built_in_rule_is_named() -> None:
    for word in (*ColumnType, *Held):
        assert f"`{word}`" in DOCUMENT, word
    assert "`area_for_subsidy`" in DOCUMENT and len(list(BUILT_IN.glob("*.toml"))) == 12


def test_the_command_line_lists_and_checks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.settings.load", lambda: Settings.model_validate({"ATLAS_DATA_DIR": tmp_path}))
    own = tmp_path / "directories" / "meeting_rooms.toml"
    own.parent.mkdir()
    own.write_bytes(example())
    assert cli.main(["directories"]) == 0
    said = capsys.readouterr().out
    assert "meeting_rooms · 会议场所名录 · 5 columns · own · on the map · computes for_roadshows" in said
    assert "13 directories, 0 mistakes" in said
    assert cli.main(["directories", "check", str(own)]) == 0
    own.write_bytes(example().replace(b'type = "integer"', b'type = "number"'))
    capsys.readouterr()
    assert cli.main(["directories"]) == 1 and "1 mistakes" in capsys.readouterr().out
    assert cli.main(["directories", "check", str(own)]) == 1
    told = capsys.readouterr()
    assert "第 3 个 [[column]] · type" in told.out and "meeting_rooms.toml" in told.err
    assert check_definition(own)[0] is None
    assert cli.main(["directories", "check", str(tmp_path / "none.toml")]) == 1
