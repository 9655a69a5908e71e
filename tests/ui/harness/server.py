"""Start the harness page on a free port, with a copy of the map assets beside it, and stop it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.paths import ROOT

CHROMIUM_ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def static_folder() -> Path:
    """Return the folder of fetched map assets (``ATLAS_STATIC`` overrides the checkout's ``static``)."""
    return Path(os.environ.get("ATLAS_STATIC", ROOT / "static"))


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers, at most 40 s."""
    for _ in range(200):
        if process.poll() is not None:
            raise RuntimeError("the harness server ended at once; see its output above")
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("the harness server did not answer within 40 s")


@contextmanager
def harness(folder: Path, static: Path | None = None, page: str = "app.py") -> Iterator[str]:
    """Serve a page of the harness from ``folder`` (scratch); yield its address. ``static`` are the assets."""
    shutil.copy(ROOT / "tests" / "ui" / "harness" / page, folder / "app.py")
    shutil.copytree(static or static_folder(), folder / "static", dirs_exist_ok=True)
    port = free_port()
    options = {
        "server.port": port, "server.headless": "true", "server.enableStaticServing": "true",
        "server.fileWatcherType": "none", "browser.gatherUsageStats": "false", "server.address": "127.0.0.1",
        "client.toolbarMode": "minimal",
    }  # fmt: skip
    flags = [f"--{name}={value}" for name, value in options.items()]
    command = [sys.executable, "-m", "streamlit", "run", str(folder / "app.py"), *flags]
    process = subprocess.Popen(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)})
    try:
        _wait(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)
