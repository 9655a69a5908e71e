"""Names, comparison, manifest and archive of a pack, without a database."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from data.exports.request import PRACTICE_PREFIX, ExportRequest
from projects.errors import BadValue
from projects.filters import ProjectFilter
from services.pack import making, parts
from services.pack.bench import Bench, Held, Part
from services.pack.making import PartsDisagree
from tests.unit.data.exports_fake import WHEN, record
from tests.unit.services.pack.deck_bench import bench as bench_of


@pytest.fixture
def bench() -> Bench:
    return bench_of([record(number) for number in (1, 2, 3)])


def fake(key: str, held: int = 3, content: str = "x") -> Part:
    def make(bench: Bench, path: Path) -> Held:
        path.write_text(content)
        return Held(held, {"drawn": 2} if key == "a" else {})

    return Part(key, "材料", "paper", "txt", "text/plain", make)


def silent(done: int, of: int, words: str) -> None:
    """Hear of a step."""


def test_parts_of_one_name_are_numbered(bench: Bench) -> None:
    names = making.file_names(bench, (fake("a"), fake("b"), fake("c")))
    day = f"{bench.request.generated_at:%Y%m%d}"
    assert list(names.values()) == [f"材料_{day}.txt", f"材料_{day}_2.txt", f"材料_{day}_3.txt"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_practice_marks_every_name(bench: Bench, language: str, tmp_path: Path) -> None:
    request = ExportRequest(chosen=ProjectFilter(), language=language, practice=True, generated_at=WHEN)  # type: ignore[arg-type]
    made = making.make(replace(bench, request=request), making.Wanted((fake("a"),)), tmp_path, silent, {})
    assert all(file.name.startswith(PRACTICE_PREFIX[language]) for file in made.files)
    names = making.file_names(replace(bench, request=request), parts.PARTS)
    assert len(set(names.values())) == len(parts.PARTS)


def test_what_a_part_counts_goes_into_the_manifest(bench: Bench, tmp_path: Path) -> None:
    steps: list[tuple[int, int, str]] = []
    made = making.make(
        bench,
        making.Wanted((fake("a"), fake("b", content="y" * 5000))),
        tmp_path,
        lambda done, of, words: steps.append((done, of, words)),
        {"public": True},
    )
    manifest = json.loads((tmp_path / made.files[2].name).read_bytes())
    assert manifest["files"][0]["detail"] == {"drawn": 2} and "detail" not in manifest["files"][1]
    assert manifest["records"] == 3 and manifest["public"] is True
    assert [step[:2] for step in steps] == [(0, 3), (1, 3), (2, 3)]
    with zipfile.ZipFile(tmp_path / made.files[3].name) as archive:
        assert archive.getinfo(made.files[1].name).compress_size < 500


def test_one_record_less_anywhere_is_told_with_the_part(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(PartsDisagree, match=r"有 3 个项目.*b 2"):
        making.make(bench, making.Wanted((fake("a"), fake("b", held=2))), tmp_path, silent, {})
    with pytest.raises(PartsDisagree, match="a 3"):
        making.make(bench, making.Wanted((fake("a"),), 4), tmp_path, silent, {})


def test_a_scratch_folder_is_private_alone_and_gone_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "packs"
    with making.scratch(place, "7") as own, making.scratch(place, "71") as other:
        assert own != other and own.stat().st_mode & 0o077 == 0
        with making.scratch(place, "7"):
            assert not own.exists() and other.exists(), "only what the same job left is removed"
    assert list(place.iterdir()) == []
    with pytest.raises(ValueError, match="broken"), making.scratch(place, "8") as folder:
        (folder / "half.pdf").write_text("half")
        raise ValueError("broken")
    assert list(place.iterdir()) == []
    monkeypatch.setattr(making, "NEEDED_BYTES", 10**18)
    with pytest.raises(BadValue, match="磁盘"), making.scratch(place, "9"):
        pytest.fail("begun without room")
