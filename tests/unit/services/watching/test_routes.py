"""``/health``, ``/ready``, ``/metrics``: what they say, and to whom."""

from __future__ import annotations

import shutil
from collections import namedtuple
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.testclient import TestClient

from data import slow
from data.settings import Settings
from data.store import watch
from projects.errors import StorageUnavailable
from projects.watch import Event, Queue, Way
from services.watching import metrics, routes
from services.watching.glance import Answer

TOKEN = "metrics-token-for-tests"
FIGURES = watch.Figures(
    schema="0027",
    newest_schema="0029",
    size=5_000_000,
    sessions=3,
    queue=Queue({"waiting": 2, "failed": 1}, 61.0, worker=False),
    imported={"new": 12, "rejected": 3},
    sign_ins={(Way.PASSWORD, Event.WRONG): 4},
    backup_age_s=3600.0,
    proof_age_s=None,
)
Disk = namedtuple("Disk", "total used free")


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """What the database says, to be changed by a test; an exception is raised."""
    said: dict[str, Any] = {"schema": ("0029", "0029"), "figures": FIGURES}

    def say(name: str) -> Any:
        if isinstance(said[name], Exception):
            raise said[name]
        return said[name]

    monkeypatch.setattr(watch, "schema_of", lambda database: say("schema"))
    monkeypatch.setattr(watch, "figures", lambda database: say("figures"))
    yield said


@pytest.fixture
def visit(database: Any, tmp_path: Path) -> Callable[..., TestClient]:
    def opened(peer: str = "127.0.0.1", host: str = "localhost:8501", **settings: Any) -> TestClient:
        chosen = Settings.model_validate({"ATLAS_DATA_DIR": tmp_path, **settings})
        app = Starlette(routes=list(routes.routes(lambda: database, chosen)))
        return TestClient(app, client=(peer, 50000), base_url=f"http://{host}")

    return opened


def sample(text: str, name: str, **labels: str) -> float | None:
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            if one.name == name and one.labels == labels:
                return float(one.value)
    return None


def test_health_says_only_that_the_process_answers(visit: Any, database: Any) -> None:
    database["schema"] = StorageUnavailable("away")
    answer = visit("203.0.113.7").get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["cache-control"] == "no-store"


def test_ready_when_all_is_well(visit: Any) -> None:
    answer = visit().get("/ready")
    assert answer.status_code == 200 and answer.json()["status"] == "ready"


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        (StorageUnavailable("gone: postgresql://a:geheim@h/x"), "database: gone"),
        (("0020", "0029"), "schema: the database has 0020, this program needs 0029"),
        (("", "0029"), "the database has none"),
    ],
)
def test_not_ready_says_why_to_this_machine_and_only_that_to_others(
    visit: Any, database: Any, schema: Any, reason: str
) -> None:
    database["schema"] = schema
    here, away = visit().get("/ready"), visit("203.0.113.7").get("/ready")
    assert (here.status_code, away.status_code) == (503, 503)
    assert reason in here.json()["reasons"][0]
    assert "geheim" not in here.text
    assert away.json() == {"status": "not ready"}


def test_a_database_that_does_not_answer_is_no_reason_to_wait() -> None:
    assert routes.schema_reasons(Answer()) == ["database: no answer within 2 s"]


def test_a_full_disk_is_said(visit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Disk(10**9, 10**9 - 5_000_000, 5_000_000))
    answer = visit().get("/ready")
    assert answer.status_code == 503 and answer.json()["reasons"] == ["disk: 5 MB left"]


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    assert routes.disk_reasons(tmp_path / "gone") == ["disk: No such file or directory"]


# ---- who may read the figures ----


@pytest.mark.parametrize(
    ("at", "headers", "settings", "code"),
    [
        (("127.0.0.1", "localhost:8501"), {}, {}, 200),
        (("::1", "[::1]:8501"), {}, {}, 200),
        (("::ffff:127.0.0.1", "localhost:8501"), {}, {}, 200),
        (("::ffff:203.0.113.7", "localhost:8501"), {}, {}, 403),
        (("203.0.113.7", "localhost:8501"), {}, {}, 403),
        (("127.0.0.1", "localhost:8501"), {"X-Forwarded-For": "203.0.113.7"}, {}, 403),
        (("127.0.0.1", "evil.example:8501"), {}, {}, 403),
        (("203.0.113.7", "atlas:8501"), {"Authorization": f"Bearer {TOKEN}"}, {"METRICS_TOKEN": TOKEN}, 200),
        (("203.0.113.7", "atlas:8501"), {"Authorization": "Bearer wrong"}, {"METRICS_TOKEN": TOKEN}, 403),
        (("203.0.113.7", "atlas:8501"), {"Authorization": "Bearer "}, {"METRICS_TOKEN": TOKEN}, 403),
        (("203.0.113.7", "atlas:8501"), {"Authorization": "Bearer "}, {}, 403),
        (("203.0.113.7", "atlas:8501"), {"Authorization": TOKEN}, {"METRICS_TOKEN": TOKEN}, 403),
        (("203.0.113.7", "atlas:8501"), {}, {"METRICS_TOKEN": TOKEN}, 403),
    ],
)
def test_figures_are_for_this_machine_or_with_the_token(
    visit: Any, at: tuple[str, str], headers: dict[str, str], settings: dict[str, str], code: int
) -> None:
    assert visit(*at, **settings).get("/metrics", headers=headers).status_code == code


def test_figures_of_process_and_database(visit: Any) -> None:
    slow.TALLY.add(0.5)
    text = visit().get("/metrics").text
    assert sample(text, "atlas_database_up") == 1
    assert sample(text, "atlas_schema_current") == 0
    assert sample(text, "atlas_jobs", state="waiting") == 2
    assert sample(text, "atlas_jobs", state="running") == 0
    assert sample(text, "atlas_queue_age_seconds") == 61
    assert sample(text, "atlas_worker_up") == 0
    assert sample(text, "atlas_import_rows_total", outcome="rejected") == 3
    assert sample(text, "atlas_sign_ins_last_day", way="password", event="wrong") == 4
    assert sample(text, "atlas_backup_age_seconds") == 3600
    assert sample(text, "atlas_backup_proof_age_seconds") is None, "never proved is not proved just now"
    assert (sample(text, "atlas_queries_total") or 0) >= 1
    assert (sample(text, "atlas_disk_free_bytes") or 0) > 0
    assert (sample(text, "process_resident_memory_bytes") or 0) > 0


def test_without_a_database_the_rest_is_still_told(visit: Any, database: Any) -> None:
    database["figures"] = StorageUnavailable("away")
    text = visit().get("/metrics").text
    assert sample(text, "atlas_database_up") == 0
    assert sample(text, "atlas_jobs", state="waiting") is None
    assert sample(text, "atlas_pages_open") is not None


def test_asking_twice_registers_nothing_twice(visit: Any) -> None:
    client = visit()
    assert client.get("/metrics").status_code == client.get("/metrics").status_code == 200
    names = [f.name for f in text_string_to_metric_families(client.get("/metrics").text)]
    assert len(names) == len(set(names))
    assert all(name.startswith(("atlas_", "process_")) for name in names)


def test_warnings_are_counted(caplog: pytest.LogCaptureFixture) -> None:
    counting = metrics.Counting()
    before = metrics.LINES.labels("ERROR")._value.get()
    import logging

    counting.handle(logging.LogRecord("x", logging.ERROR, "", 1, "m", (), None))
    assert metrics.LINES.labels("ERROR")._value.get() == before + 1
