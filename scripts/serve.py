"""Serve the app on the configured port.

serve.py            run the Streamlit server, and beside it the worker for long work, until either is stopped
serve.py --check    only look whether the settings are right and the port is free
serve.py --health   exit 0 when the server on that port answers (the container's health check)

With ``ATLAS_PROCESSES`` above one, so many servers run on consecutive ports, for a proxy on this machine
(``STREAMLIT_SERVER_ADDRESS`` names another address to listen on), and one worker.
"""

from __future__ import annotations

import errno
import os
import runpy
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from data.settings import SettingsError, load  # noqa: E402
from scripts.supervise import Supervisor, end_with  # noqa: E402

WORKER = ("data.jobs",)


def port_problem(port: int) -> str:
    """Return why the port cannot be served on and what to do, or empty."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError as error:
            return _explain(port, error)
    return ""


def _explain(port: int, error: OSError) -> str:
    other = port + 1 if port < 65535 else 8501
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is in use: the atlas may already be running (open http://localhost:{port}), "
            f"or another program has it. Stop that program, or choose another port: PORT={other} make run"
        )
    return f"Port {port} cannot be used ({error.strerror}). Choose another one: PORT=8501 make run"


def answers(port: int) -> bool:
    """Return whether a server on this machine can work, database and all; tell on stderr why it cannot."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=5) as reply:
            return bool(reply.status == 200)
    except urllib.error.HTTPError as error:
        print(error.read().decode("utf-8", "replace"), file=sys.stderr)
        return False
    except OSError:
        return False


def serve(ports: Sequence[int]) -> int:
    """Run a server on each port and one worker until they are stopped; return the only server's exit code."""
    for port in ports:
        print(f"      http://localhost:{port}   (Ctrl+C stops it)", flush=True)
    os.chdir(ROOT)
    first, *more = (_server(port, alone=len(ports) == 1) for port in ports)
    return Supervisor(first, _child(*WORKER), more=more).run()


def _server(port: int, *, alone: bool) -> list[str]:
    """Return the command of one server; several stand behind a proxy, and nobody comes past it."""
    inside = () if alone or os.environ.get("STREAMLIT_SERVER_ADDRESS") else ("--server.address", "127.0.0.1")
    return _child("streamlit", "run", "app.py", "--server.port", str(port), *inside)


def _child(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module by way of ``child``, bound to the life of this process."""
    return [sys.executable, str(Path(__file__)), "--child", str(os.getpid()), module, *arguments]


def child(parent: int, module: str, arguments: list[str]) -> None:
    """Become ``python -m module arguments``, ending when the parent does."""
    end_with(parent)
    sys.argv = [module, *arguments]
    sys.path[:] = [place for place in sys.path if place != str(Path(__file__).parent)]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def main(arguments: list[str]) -> int:
    """Run one of the commands; see the top of this file."""
    if arguments[:1] == ["--child"]:
        child(int(arguments[1]), arguments[2], arguments[3:])
        return 0
    try:
        settings = load()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    ports = range(settings.port, settings.port + settings.processes)
    if arguments == ["--health"]:
        return 0 if all(map(answers, ports)) else 1
    if problem := next(filter(None, map(port_problem, ports)), ""):
        print(problem, file=sys.stderr)
        return 1
    return serve(ports) if arguments != ["--check"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
