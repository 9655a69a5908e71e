"""The log: what each line tells, what none may hold, the files it goes into, slow queries."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from data import log_files, logs, slow
from data.about import About, about, acts, begun, current
from data.settings import Settings

NOW = datetime.now(UTC)


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, put back afterwards."""
    logger = logging.getLogger()
    handlers, level, threshold = list(logger.handlers), logger.level, slow.TALLY.threshold_s
    yield logger
    for handler in set(logger.handlers) - set(handlers):
        logger.removeHandler(handler)
        handler.close()
    logger.setLevel(level)
    slow.TALLY.threshold_s = threshold
    logs._SECRETS.clear()


def settings(folder: Path, **more: Any) -> Settings:
    return Settings.model_validate({"ATLAS_DATA_DIR": folder, **more})


def line(message: str, *args: object, form: logging.Formatter | None = None, **more: Any) -> Any:
    """Return what a message becomes: a dictionary of a JSON line, a text of a plain one."""
    record = logging.LogRecord(
        "data.x", logging.WARNING, "x.py", 1, message, args, more.pop("exc_info", None)
    )
    for name, value in more.items():
        setattr(record, name, value)
    made = (form or logs.Lines()).format(record)
    assert form is not None or "\n" not in made
    return made if form else json.loads(made)


def test_a_line_tells_request_and_account_by_number() -> None:
    with about(About(request="abc12345", address="203.0.113.0/24")):
        acts(17)
        told = line("done in %d ms", 5, fields={"ms": 5})
    assert (told["request"], told["account"], told["message"], told["ms"]) == (
        "abc12345",
        17,
        "done in 5 ms",
        5,
    )
    assert told["level"] == "WARNING" and told["logger"] == "data.x" and told["time"].endswith("+00:00")
    assert not {"address", "session", "job", "run"} & told.keys(), "empty values and addresses stay out"


def test_what_a_worker_thread_learns_is_told_by_its_request() -> None:
    with about(About(request="r")) as told:
        import contextvars

        thread = threading.Thread(target=contextvars.copy_context().run, args=(acts, 4))
        thread.start()
        thread.join()
    assert told.account == 4
    assert current() == About(), "nothing is left behind"


def test_a_page_run_takes_the_place_of_the_one_before_it() -> None:
    found: list[About] = []

    def two_runs() -> None:
        begun(About(session="s", run=1))
        acts(3)
        begun(About(session="s", run=2))
        found.append(current())

    thread = threading.Thread(target=two_runs)
    thread.start()
    thread.join()
    assert (found[0].run, found[0].account) == (2, 0)


SECRETS = {
    "password=geheim-123": "geheim",
    "Authorization: Bearer abcDEF123456": "abcDEF",
    "postgresql://atlas:pw!word@db/x": "pw!word",
    "/d/eyJmb3JtYXQiOiJjc3Yi.aBcDeF.x5uOIGk2Xw0r9vX8Zg1rGfZz9iQ": "x5uOIG",
    "/pack?key=abcd&x=1": "abcd",
    "session " + "aB3_" * 10 + "xyz": "aB3_",
    "atlas_" + "k" * 43: "kkkk",
    "phone 13800138000": "13800138000",
    "phone +86 138 0013 8000": "8000",
    "call 0751-8888888": "8888888",
    "id 440203199001011234": "19900101",
    "mail zhang.san@example.org.cn": "zhang",
    "x\nDETAIL:  Key (contact)=(王某某 电话) already exists.\nmore": "王某某",
    "[SQL: x]\n[parameters: {'name': '王某某'}]": "王某某",
    "Failing row contains (1, 王某某)": "王某某",
}


@pytest.mark.parametrize("given", SECRETS)
def test_secrets_and_contact_data_are_taken_out(given: str) -> None:
    assert SECRETS[given] in given
    assert SECRETS[given] not in logs.clean(given)


def test_the_installations_own_secrets_are_taken_out_wherever_they_stand(tmp_path: Path, root: Any) -> None:
    chosen = settings(
        tmp_path,
        SECRET_KEY="k9" * 20,
        METRICS_TOKEN="metrics-token-here",
        DATABASE_URL="postgresql://a:dbpass@h/x",
    )
    logs.set_up(chosen, "app")
    assert not any(
        s in logs.clean(f"{'k9' * 20} metrics-token-here dbpass") for s in ("k9", "metrics-t", "dbpass")
    )


def test_what_is_no_secret_stays() -> None:
    said = "SELECT id FROM x WHERE county_code = %(code)s AND state = 'waiting' -- 440203 2026-11-22"
    assert logs.clean(said) == said
    assert logs.clean("SG-0012 441881 12345678901") == "SG-0012 441881 12345678901"


def test_nobody_writes_a_line_of_their_own_into_the_log() -> None:
    forged = "name\r\n2026-01-01 ERROR x: forged\u2028\u202e"
    assert "\n" not in line("tried %s", forged, form=logs.Plain())
    assert line("tried %s", forged)["message"].count("forged") == 1


def test_a_trace_is_told_without_values() -> None:
    try:
        raise ValueError("no account 13800138000")
    except ValueError as error:
        told = line("broke", exc_info=(type(error), error, error.__traceback__))
    assert told["error"] == "ValueError"
    assert "test_logs.py" in told["trace"] and "13800138000" not in told["trace"]


def test_plain_lines_read_well() -> None:
    with about(About(job=3)):
        assert line("job done", form=logs.Plain()).endswith("WARNING data.x: job done [job=3]")


def test_setting_up_twice_writes_once_and_the_choice_is_followed(
    tmp_path: Path, root: Any, capsys: Any
) -> None:
    for _ in range(2):
        logs.set_up(settings(tmp_path, LOG_FORMAT="json", LOG_LEVEL="WARNING", SLOW_QUERY_MS=250), "app")
    capsys.readouterr()
    logging.getLogger("data.y").warning("once")
    logging.getLogger("data.y").info("not at all")
    said = [json.loads(one) for one in capsys.readouterr().err.splitlines()]
    assert [one["message"] for one in said] == ["once"]
    assert slow.TALLY.threshold_s == 0.25


def test_streamlits_own_loggers_write_through_ours(tmp_path: Path, root: Any, capsys: Any) -> None:
    inner = logging.getLogger("streamlit.test_logs")
    inner.propagate = False
    inner.addHandler(logging.StreamHandler(io.StringIO()))
    logs.set_up(settings(tmp_path, LOG_FORMAT="json"), "app")
    capsys.readouterr()
    inner.warning("from streamlit")
    assert json.loads(capsys.readouterr().err)["logger"] == "streamlit.test_logs"


# ---- files ----


def notable(folder: Path, since: datetime = NOW - timedelta(days=1), **more: int) -> list[str]:
    return [one["message"] for one in log_files.notable(folder, since, **more)]


def test_warnings_and_errors_are_kept_for_the_status_page_the_newest_first(tmp_path: Path, root: Any) -> None:
    logs.set_up(settings(tmp_path), "app")
    assert notable(tmp_path) == []
    for message in ("first", "second"):
        logging.getLogger("data.z").warning(message)
    logging.getLogger("data.z").info("routine")
    assert notable(tmp_path) == ["second", "first"]
    assert notable(tmp_path, limit=1) == ["second"]
    assert notable(tmp_path, datetime.now(UTC) + timedelta(hours=1)) == []
    with (tmp_path / log_files.FOLDER / log_files.NOTABLE).open("a") as file:
        file.write('{"half a li\n[]\n{"time": "yesterday"}\n')
    assert notable(tmp_path) == ["second", "first"], "damaged lines are passed over"


def test_a_large_file_steps_aside_and_is_still_read(
    tmp_path: Path, root: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs.set_up(settings(tmp_path), "app")
    monkeypatch.setattr(log_files, "LARGEST", 10)
    for message in ("a", "b", "c"):
        logging.getLogger("data.z").warning(message)
    folder = tmp_path / log_files.FOLDER
    assert {f.name for f in folder.iterdir()} == {log_files.NOTABLE, log_files.OLDER} or not (
        folder / log_files.NOTABLE
    ).exists()
    assert "c" in notable(tmp_path)


def test_a_log_that_cannot_be_written_stops_nobody(tmp_path: Path, root: Any, capsys: Any) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    logs.set_up(settings(blocked, LOG_FILE=True), "app")
    logging.getLogger("data.z").error("goes on")
    assert "goes on" in capsys.readouterr().err
    assert notable(blocked) == []


def test_each_process_has_a_file_of_its_own(tmp_path: Path) -> None:
    first, second = (log_files.rotating(tmp_path, "app") for _ in range(2))
    names = [Path(handler.baseFilename).name for handler in (first, second)]  # type: ignore[attr-defined]
    assert names == ["app-1.log", "app-2.log"]
    first.close()
    third = log_files.rotating(tmp_path, "app")
    assert Path(third.baseFilename).name == "app-1.log", "a number is free again"  # type: ignore[attr-defined]
    for handler in (second, third):
        handler.close()


# ---- slow queries ----


def test_slow_queries_are_told_without_their_values(caplog: pytest.LogCaptureFixture, root: Any) -> None:
    engine = create_engine("sqlite://")
    slow.listen(engine)
    before = slow.TALLY.asked, slow.TALLY.slow
    with engine.connect() as connection:
        slow.TALLY.threshold_s = 3600
        connection.execute(text("SELECT 1"))
        slow.TALLY.threshold_s = 1e-9
        connection.execute(text("SELECT :name,\n 2"), {"name": "王某某"})
        with pytest.raises(OperationalError):
            connection.execute(text("SELECT nothing FROM nowhere"))
        slow.TALLY.threshold_s = 0
        connection.execute(text("SELECT 3"))
    told = [one.getMessage() for one in caplog.records if one.name == "data.slow"]
    assert len(told) == 2 and "SELECT ?, 2" in told[0] and "nowhere" in told[1]
    assert "王某某" not in caplog.text
    assert (slow.TALLY.asked - before[0], slow.TALLY.slow - before[1]) == (4, 2)
