"""Files between an office and the library: kept whole, opened by their owner alone, never stored."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from data.exports.xlsx import MEDIA_TYPE
from data.settings import Settings
from projects.errors import BadValue, NotAllowed, SignInNeeded, StorageUnavailable, UnknownRecord
from services import office_files
from services.sign_in import COOKIE
from tests.fake_jobs import FakeJobs, job

TOKEN = "t" * 43


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, max_upload_mb=1)


# ---- uploads ----


def test_an_upload_is_kept_whole_and_once(settings: Settings) -> None:
    first = office_files.keep_upload(settings, "台账.XLSX", b"PK content")
    again = office_files.keep_upload(settings, "别名.xlsx", b"PK content")
    assert first == again and first.name.endswith(".xlsx") and first.size == 10
    place = office_files.stored(settings, first.name)
    assert place.read_bytes() == b"PK content"
    assert [p.name for p in place.parent.iterdir()] == [first.name]
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("木马.exe", b"x", "不是可以导入的文件类型"),
        ("没有", b"x", "没有扩展名"),
        ("空.xlsx", b"", "空文件"),
        ("大.csv", b"x" * (1024 * 1024 + 1), "超过上限 1 MB"),
    ],
)
def test_what_is_not_read_is_refused_in_words(
    settings: Settings, name: str, content: bytes, words: str
) -> None:
    with pytest.raises(BadValue, match=words):
        office_files.keep_upload(settings, name, content)
    assert not list(office_files.folder(settings).iterdir())


@pytest.mark.parametrize(
    "name", ["../secret_key", "/etc/passwd", "a.xlsx", ".part-1", "preview-1.xlsx.py", "", "returned-x.xlsx"]
)
def test_only_names_of_our_own_are_opened(settings: Settings, name: str) -> None:
    office_files.folder(settings)
    (settings.data_dir / "secret_key").write_text("s")
    with pytest.raises(UnknownRecord):
        office_files.stored(settings, name)


def test_a_preview_is_read_anew_when_it_was_written_anew(settings: Settings) -> None:
    path = office_files.folder(settings) / "preview-3.jsonl"
    line = (
        '{"sheet":"项目","number":%d,"name":"甲","county":null,"outcome":"new","id":"","by":"",'
        '"changes":[],"issues":[],"candidates":[]}\n'
    )
    path.write_text(line % 3, "utf-8")
    assert [r.number for r in office_files.read_preview(settings, "preview-3.jsonl")] == [3]
    path.write_text(line % 3 + line % 4, "utf-8")
    assert [r.number for r in office_files.read_preview(settings, "preview-3.jsonl")] == [3, 4]


# ---- routes ----


class Refusing:
    """A workbook maker that remembers who asked and may refuse."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked: list[tuple[str, str, str, bool]] = []
        self.error = error

    def __call__(self, token: str, unit: str, language: str, blank: bool) -> tuple[bytes, str]:
        self.asked.append((token, unit, language, blank))
        if self.error:
            raise self.error
        return b"PK", "乳源 填报表.xlsx"


def client(settings: Settings, maker: Any, jobs: FakeJobs | None = None, token: str = TOKEN) -> TestClient:
    seen = jobs or FakeJobs()
    app = Starlette(routes=list(office_files.routes(settings, maker, lambda given: seen)))
    return TestClient(app, cookies={COOKIE: token} if token else {})


def test_the_workbook_goes_to_whoever_holds_the_cookie(settings: Settings) -> None:
    maker = Refusing()
    answer = client(settings, maker).get(office_files.workbook_path("440232", "en"))
    assert answer.status_code == 200 and answer.content == b"PK"
    client(settings, maker).get(office_files.workbook_path("440232", "zh", blank=True))
    assert maker.asked == [(TOKEN, "440232", "en", False), (TOKEN, "440232", "zh", True)]
    assert answer.headers["cache-control"] == "no-store"
    assert "UTF-8''%E4%B9%B3" in answer.headers["content-disposition"]
    assert answer.headers["content-type"] == MEDIA_TYPE


def test_without_a_cookie_nothing_is_made(settings: Settings) -> None:
    maker = Refusing()
    answer = client(settings, maker, token="").get(office_files.workbook_path("440232", "zh"))
    assert answer.status_code == 401 and not maker.asked
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotAllowed("不属于您的单位"), 403),
        (SignInNeeded("登录已过期"), 401),
        (StorageUnavailable("away"), 503),
        (UnknownRecord("x"), 404),
    ],
)
def test_a_refusal_is_a_page_with_a_sentence(settings: Settings, error: Exception, status: int) -> None:
    answer = client(settings, Refusing(error)).get(office_files.workbook_path("440232", "zh"))
    assert answer.status_code == status
    assert "away" not in answer.text and "返回首页" in answer.text


@pytest.mark.parametrize("unit", ["", "440232'--", "../x", "<b>", "4" * 81])
def test_a_unit_that_cannot_be_one_reaches_nobody(settings: Settings, unit: str) -> None:
    maker = Refusing()
    assert client(settings, maker).get("/office/workbook", params={"unit": unit}).status_code == 404
    assert not maker.asked


def test_the_returned_workbook_of_ones_own_job(settings: Settings) -> None:
    (office_files.folder(settings) / "returned-5.xlsx").write_bytes(b"PK back")
    jobs = FakeJobs(job(5, "import_commit", result={"returned": "returned-5.xlsx"}))
    found = client(settings, Refusing(), jobs)
    answer = found.get(office_files.returned_path(5))
    assert answer.content == b"PK back" and answer.headers["cache-control"] == "no-store"
    assert found.get(office_files.returned_path(6)).status_code == 404, "somebody else's, or nobody's"
    assert client(settings, Refusing(), jobs, token="").get("/office/returned/5").status_code == 401


@pytest.mark.parametrize("name", ["../secret_key", "", "returned-6.xlsx"])
def test_a_job_that_names_another_file_gets_nothing(settings: Settings, name: str) -> None:
    jobs = FakeJobs(job(5, "import_commit", result={"returned": name}))
    assert client(settings, Refusing(), jobs).get("/office/returned/5").status_code == 404
