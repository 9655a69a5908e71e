"""The route of attached files: the cookie decides, the answer is a download and can be nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from projects.attachments import AttachedFile
from projects.errors import AtlasError, NotAllowed, SignInNeeded, StorageUnavailable, UnknownRecord
from services import attachments
from services.sign_in import COOKIE

GOOD = "g" * 43
"""What a session token looks like."""

FILE = AttachedFile(7, "SG-0001", '批"复;.pdf', "application/pdf", 5, "0" * 64, "ruyuan", datetime.now(UTC))


@dataclass
class Files:
    """One file for the right token, the given failure for everybody else."""

    token: str
    path: Path
    failure: Exception | None = None

    def listed(self, subject: str) -> tuple[AttachedFile, ...]:
        raise NotImplementedError

    def add(self, subject: str, file_name: str, content: bytes) -> AttachedFile:
        raise NotImplementedError

    def remove(self, key: int) -> None:
        raise NotImplementedError

    def opened(self, key: int) -> tuple[AttachedFile, Path]:
        if self.failure is not None:
            raise self.failure
        if self.token != GOOD:
            raise SignInNeeded
        if key != FILE.id:
            raise UnknownRecord(str(key))
        return FILE, self.path


def client(tmp_path: Path, cookie: str = GOOD, failure: Exception | None = None) -> TestClient:
    path = tmp_path / "bytes"
    path.write_bytes(b"%PDF-")
    app = Starlette(routes=attachments.routes(lambda token: Files(token, path, failure)))
    return TestClient(app, cookies={COOKIE: cookie} if cookie else {}, follow_redirects=False)


def test_the_file_comes_as_a_download_that_cannot_act(tmp_path: Path) -> None:
    answer = client(tmp_path).get("/attachment/7")
    assert answer.status_code == 200 and answer.content == b"%PDF-"
    head = answer.headers
    assert head["content-type"] == "application/pdf"
    assert head["content-disposition"].startswith('attachment; filename="attachment-7.pdf"; filename*=UTF-8')
    assert '批"' not in head["content-disposition"]
    assert head["x-content-type-options"] == "nosniff" and "sandbox" in head["content-security-policy"]
    assert "no-store" in head["cache-control"] and head["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    ("cookie", "path", "status"),
    [
        ("", "/attachment/7", 401),
        ("forged", "/attachment/7", 401),
        (GOOD, "/attachment/8", 404),
        (GOOD, "/attachment/99999999999999999999", 404),
        (GOOD, "/attachment/..%2f..%2fetc%2fpasswd", 404),
        (GOOD, "/attachment/-7", 404),
    ],
)
def test_everything_else_is_refused(tmp_path: Path, cookie: str, path: str, status: int) -> None:
    answer = client(tmp_path, cookie).get(path)
    assert answer.status_code == status and b"%PDF-" not in answer.content


@pytest.mark.parametrize(
    ("failure", "status"),
    [(NotAllowed("x"), 404), (StorageUnavailable("secret detail"), 503), (OSError("secret detail"), 503)],
)
def test_failures_are_sentences_without_details(
    tmp_path: Path, failure: AtlasError | OSError, status: int
) -> None:
    answer = client(tmp_path, failure=failure).get("/attachment/7")
    assert answer.status_code == status and "secret" not in answer.text
    assert "sandbox" in answer.headers["content-security-policy"]


def test_it_cannot_be_posted_to(tmp_path: Path) -> None:
    assert client(tmp_path).post("/attachment/7").status_code == 405


def test_the_way_to_sign_in_leads_back(tmp_path: Path) -> None:
    answer = client(tmp_path, "").get("/attachment/7")
    assert 'href="/sign-in?next=%2Fattachment%2F7"' in answer.text
