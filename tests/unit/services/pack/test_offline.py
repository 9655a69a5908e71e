"""What the offline map holds: every record, in both languages, with the basis of its values."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from projects.errors import BadValue, SetupIncomplete
from projects.filters import ProjectFilter
from projects.summary import COLUMNS, Summary
from services.pack.offline import offline
from services.pack.offline.offline import FACTS, offline_html
from tests.unit.data.exports_fake import HOSTILE, point, record, sample
from tests.unit.services.pack.deck_bench import EMOJI, RTL, PackLibrary, bench


@pytest.fixture(autouse=True)
def leaflet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A static folder with empty files where Leaflet belongs."""
    for name in ("leaflet/dist/leaflet.js", "leaflet/dist/leaflet.css", "jquery/dist/jquery.min.js"):
        file = tmp_path / "static" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    monkeypatch.setattr(offline, "STATIC", tmp_path / "static")


def made(path: Path, records: list[Summary] | None = None, **wishes: Any) -> dict[str, Any]:
    """Return the data of the map made of some records."""
    return read(path, bench(records, **wishes))


def read(path: Path, given: Any) -> dict[str, Any]:
    held = offline_html(given, path / "map.html")
    found = re.search(r'id="data">(.*?)</script>', (path / "map.html").read_text("utf-8"), re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    assert held.records == len(data["records"]) == data["counts"]["matched"]
    return data


def test_every_record_is_there_whatever_its_name(tmp_path: Path) -> None:
    names = [*HOSTILE, RTL, EMOJI, "长" * 200]
    data = made(tmp_path, [record(n, name=name) for n, name in enumerate(names)])
    shown = [one["name"] for one in data["records"]]
    assert len(shown) == len(names)
    assert "甲乙丙" in shown and EMOJI in shown and "长" * 200 in shown


def test_the_numbers_add_up_and_places_are_kept(tmp_path: Path) -> None:
    data = made(tmp_path)
    placed = [one for one in data["records"] if "geometry" in one]
    assert {one["geometry"]["type"] for one in placed} == {"Point", "Polygon", "MultiPoint"}
    counts = data["counts"]
    assert counts["matched"] == sum(n for key, n in counts.items() if key != "matched") == len(sample())
    assert {a["code"] for a in data["areas"]} >= {"440232", "440281", "zone-a", "-"}
    assert data["places"]["zone-a"]["level"] == "zone"


def test_unknown_is_left_out_and_never_zero(tmp_path: Path) -> None:
    data = made(tmp_path, [record(1), record(2, beds=0)])
    bare, empty = data["records"]
    assert "beds" not in bare and "total_investment_wan" not in bare
    assert empty["beds"] == 0
    assert bare["funding_status"] == "未报"


def test_values_come_with_their_basis_and_the_words_of_the_documents(tmp_path: Path) -> None:
    data = made(tmp_path, [record(1, county_code="440232", county="乳源", basis="modelled")])
    one = data["records"][0]
    assert one["sources"] == [["county", "derived", "公共知识", ""]]
    assert one["quotes"] == [["韶府〔2016〕9号", "一、任务", "</script>"]]
    assert one["basis"] == "modelled"


def test_both_languages_are_in_the_file(tmp_path: Path) -> None:
    data = made(tmp_path, title="", credit="某市卫健委", approval_number="粤S（2026）1号")
    assert data["about"]["zh"]["heading"] == "健康产业一张图 · 项目导出"
    assert data["about"]["en"]["heading"] == "Health Industry Atlas · project export"
    assert data["about"]["zh"]["credit"] == "某市卫健委"
    assert data["approval"] == "粤S（2026）1号"
    assert data["made"] == "2026-11-21 08:30"
    assert len(data["about"]["en"]["caveats"]) == len(data["about"]["zh"]["caveats"]) >= 5
    assert data["lists"]["category"]["tcm"][0] == "中医药"
    assert list(data["fields"]) == [column.name for column in COLUMNS]


def test_practice_data_say_so_in_both_languages(tmp_path: Path) -> None:
    data = made(tmp_path, [record(1, basis="demo")], practice=True)
    assert data["practice"] is True
    assert "演示数据" in data["about"]["zh"]["heading"] and "演示数据" in data["about"]["zh"]["credit"]
    assert "practice data" in data["about"]["en"]["heading"]


@pytest.mark.parametrize("records", [[], [record(1)], [point(1, 113.2, 24.7)]])
def test_none_or_one_record_is_a_map_too(tmp_path: Path, records: list[Summary]) -> None:
    data = made(tmp_path, records)
    west, south, east, north = data["bounds"]
    assert west < east and south < north


def test_a_county_without_records_is_on_the_map(tmp_path: Path) -> None:
    data = made(tmp_path, [], chosen=ProjectFilter(county=("440281",)))
    assert data["places"]["440281"]["name"] == "区域440281"
    assert data["counties"]["features"]


def test_a_record_deleted_meanwhile_keeps_its_facts(tmp_path: Path) -> None:
    given = bench([record(1)])
    assert isinstance(given.library, PackLibrary)
    given.library.gone = frozenset({"SG-0001"})
    assert "quotes" not in read(tmp_path, given)["records"][0]


def test_many_records_bring_facts_alone_and_too_many_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offline, "WHOLE", 1)
    assert "quotes" not in made(tmp_path, [record(1), record(2)])["records"][0]
    monkeypatch.setattr(offline, "MOST", 1)
    with pytest.raises(BadValue, match="最多放 1 条"):
        offline_html(bench([record(1), record(2)]), tmp_path / "no.html")
    assert not (tmp_path / "no.html").exists()


def test_it_stops_when_the_pack_was_cancelled(tmp_path: Path) -> None:
    def stop(_message: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        offline_html(replace(bench(), step=stop), tmp_path / "no.html")
    assert list(tmp_path.glob("*.html")) == []


def test_without_leaflet_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offline, "STATIC", tmp_path / "nowhere")
    with pytest.raises(SetupIncomplete):
        offline_html(bench(), tmp_path / "no.html")
    assert list(tmp_path.glob("*.html")) == []


def test_the_facts_are_published_fields_that_stand_nowhere_else() -> None:
    assert {"stage", "total_investment_wan", "beds", "delivery_mode"} <= set(FACTS)
    assert not {"id", "name", "basis", "note", "precision"} & set(FACTS)
