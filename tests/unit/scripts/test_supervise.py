"""The supervisor of `make run` with real processes: what ends, what is started again, what is left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.paths import ROOT

SERVER = "import time, pathlib, os; pathlib.Path('server').write_text(str(os.getpid())); time.sleep(60)"
WORKER = (
    "import time, pathlib, os, signal, sys\n"
    "log = pathlib.Path('worker').open('a')\n"
    "print(os.getpid(), file=log, flush=True)\n"
    "def end(*_):\n    print('asked', file=log, flush=True); sys.exit(0)\n"
    "signal.signal(signal.SIGTERM, end)\n"
    "time.sleep(60)\n"
)
MAIN = """
import os, sys
sys.path.insert(0, {root!r})
from scripts.supervise import Supervisor, end_with
if sys.argv[1:2] == ["--child"]:
    end_with(int(sys.argv[2]))
    exec(sys.argv[3])
else:
    child = lambda code: [sys.executable, __file__, "--child", str(os.getpid()), code]
    more = [child(code) for code in sys.argv[3:]]
    sys.exit(Supervisor(child(sys.argv[1]), child(sys.argv[2]), pauses=(0.2, 0.8), more=more).run())
"""


class Running:
    """A supervisor over two small programs in a folder."""

    def __init__(
        self, folder: Path, server: str = SERVER, worker: str = WORKER, more: tuple[str, ...] = ()
    ) -> None:
        main = folder / "main.py"
        main.write_text(MAIN.format(root=str(ROOT)))
        self.folder = folder
        with (folder / "told").open("w") as told:
            self.process = subprocess.Popen(
                [sys.executable, str(main), server, worker, *more], cwd=folder, stderr=told
            )

    def worker_lines(self) -> list[str]:
        file = self.folder / "worker"
        return file.read_text().split() if file.exists() else []

    def started(self) -> tuple[int, int]:
        """Wait for both programs and return their process numbers."""
        file = self.folder / "server"
        until(lambda: file.exists() and file.read_text() and self.worker_lines())
        return int(file.read_text()), int(self.worker_lines()[0])


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    made: list[Running] = []

    def start(**programs: str) -> Running:
        made.append(Running(tmp_path, **programs))
        return made[-1]

    yield start
    for running in made:
        if running.process.poll() is None:
            running.process.kill()
        running.process.wait()


def until(condition: Callable[[], object], seconds: float = 15.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass in time"
        time.sleep(0.05)


def alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_asked_to_end_it_ends_both_the_worker_by_asking(run: Callable[..., Running], number: int) -> None:
    running = run()
    server, worker = running.started()
    running.process.send_signal(number)
    assert running.process.wait(10) == 0
    assert not alive(server) and not alive(worker)
    assert "asked" in running.worker_lines()


def test_killed_outright_it_leaves_nothing_behind(run: Callable[..., Running]) -> None:
    running = run()
    server, worker = running.started()
    running.process.kill()
    running.process.wait()
    until(lambda: not alive(server) and not alive(worker))
    assert "asked" in running.worker_lines(), "even then the worker is asked first"


def test_a_dead_worker_is_started_again_after_a_growing_pause(run: Callable[..., Running]) -> None:
    running = run(worker=WORKER.replace("time.sleep(60)", "sys.exit(3)"))
    until(lambda: len(running.worker_lines()) >= 3)
    assert running.process.poll() is None, "the app goes on meanwhile"
    assert "the worker ended (3)" in (running.folder / "told").read_text()


def test_when_the_server_ends_all_ends_with_its_exit_code(run: Callable[..., Running]) -> None:
    running = run(server="import time; time.sleep(2); raise SystemExit(7)")
    until(running.worker_lines)
    worker = int(running.worker_lines()[0])
    assert running.process.wait(15) == 7
    assert not alive(worker)


@pytest.mark.long
def test_a_worker_that_does_not_listen_does_not_keep_the_rest_alive(
    run: Callable[..., Running], tmp_path: Path
) -> None:
    deaf = WORKER.replace("sys.exit(0)", "pass").replace(
        "time.sleep(60)", "[time.sleep(1) for _ in range(60)]"
    )
    main = tmp_path / "main.py"
    running = run(worker=deaf)
    server, worker = running.started()
    running.process.terminate()
    until(lambda: not alive(worker) and not alive(server), 25)
    assert main.exists() and running.process.wait(5) == 0


def test_one_of_several_servers_is_started_again_while_the_others_go_on(
    run: Callable[..., Running], tmp_path: Path
) -> None:
    running = run(more=(SERVER.replace("'server'", "'second'"),))
    first, worker = running.started()
    second = tmp_path / "second"
    until(lambda: second.exists() and second.read_text())
    killed = int(second.read_text())
    os.kill(killed, signal.SIGKILL)
    until(lambda: int(second.read_text() or killed) != killed)
    assert running.process.poll() is None and alive(first) and alive(worker)
    assert "server 2 ended (-9)" in (tmp_path / "told").read_text()
    running.process.terminate()
    assert running.process.wait(10) == 0
    assert not alive(first) and not alive(worker) and not alive(int(second.read_text()))
