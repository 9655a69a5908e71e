"""The way in: names, refusals, and files that are whole or not there."""

import errno
import io
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.exports import formats, pieces
from data.exports.pieces import write_whole
from data.exports.request import ExportRequest
from data.exports.words import filter_in_words
from data.settings import Settings
from projects.errors import BadValue, StorageUnavailable
from projects.filters import ProjectFilter
from projects.summary import Summary
from tests.unit.data.exports_fake import FakeLibrary, request


@pytest.mark.parametrize("name", list(formats.FORMATS))
def test_every_format_is_written_whole(name: str, tmp_path: Path) -> None:
    path = tmp_path / "文件"
    size = formats.write(name, FakeLibrary(), request(), path)
    assert path.read_bytes() == b"".join(formats.stream(name, FakeLibrary(), request())) or name == "xlsx"
    assert path.stat().st_size == size > 1000
    assert list(tmp_path.iterdir()) == [path]


def test_an_unknown_format_is_refused_at_once() -> None:
    with pytest.raises(BadValue, match="'shp': choose one of geojson, counties, csv, xlsx"):
        formats.stream("shp", FakeLibrary(), request())


@pytest.mark.parametrize("name", ["counties", "csv", "xlsx"])
def test_a_scenario_goes_only_where_it_can_be_marked(name: str) -> None:
    with pytest.raises(BadValue, match="geojson"):
        formats.stream(name, FakeLibrary(), request(scenario=True))


def test_a_full_disk_leaves_the_old_file_and_no_half(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text("old")

    def filling() -> Iterator[bytes]:
        yield b"new"
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_whole(filling(), path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_really_full_disk_is_an_oserror(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    full = lambda *_, **__: io.FileIO("/dev/full", "wb")  # noqa: E731
    monkeypatch.setattr(pieces, "open", full, raising=False)
    with pytest.raises(OSError, match="No space"):
        write_whole(itertools.repeat(b"x" * 100_000, 3), tmp_path / "a")


def test_a_lost_database_leaves_no_half(tmp_path: Path) -> None:
    class Lost(FakeLibrary):
        def stream(self, chosen: ProjectFilter) -> Iterator[Summary]:
            yield self.records[0]
            raise StorageUnavailable("the database connection was cut; try again")

    for name in ("geojson", "csv", "xlsx"):
        with pytest.raises(StorageUnavailable):
            formats.write(name, Lost(), request(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="missing"):
        formats.write("csv", FakeLibrary(), request(), tmp_path / "missing" / "a.csv")


def test_a_request_takes_credit_and_language_from_the_settings() -> None:
    settings = Settings(credit_line="某局", map_approval_number="粤S1", language="en")
    made = ExportRequest.of(settings, ProjectFilter())
    assert (made.credit, made.approval_number, made.language) == ("某局", "粤S1", "en")
    assert made.heading == "Health Industry Atlas · project export"
    assert made.generated_at.tzinfo is not None


@pytest.mark.parametrize(
    ("params", "zh", "en"),
    [
        ({}, "全部记录（未筛选）", "all records (no filter)"),
        ({"precision": (4, 0)}, "定位精度：4 县（市、区）、0 未定位", "precision: 4 county, 0 not located"),
        ({"kind": ("site",), "q": "温泉"}, "类型：项目点；包含文字：温泉", "kind: site; text: 温泉"),
        (
            {"county": ("999999",), "document": ("sg2016", "xx")},
            "县（市、区）：999999；来源文件：韶府〔2016〕9号 (sg2016)、xx",
            "county: 999999; document: 韶府〔2016〕9号 (sg2016), xx",
        ),
        (
            {"ids": tuple(f"SG-{n:04}" for n in range(32))},
            "选定记录：" + "、".join(f"SG-{n:04}" for n in range(30)) + "…（共 32 个）",
            "picked records: " + ", ".join(f"SG-{n:04}" for n in range(30)) + " … (32)",
        ),
    ],
)
def test_a_filter_in_words(params: dict[str, object], zh: str, en: str) -> None:
    chosen = ProjectFilter.model_validate(params)
    assert filter_in_words(FakeLibrary(), chosen, "zh") == zh
    assert filter_in_words(FakeLibrary(), chosen, "en") == en


def test_every_filter_field_has_words() -> None:
    from data.exports.words import _FIELD

    assert tuple(_FIELD) == tuple(ProjectFilter.model_fields)
