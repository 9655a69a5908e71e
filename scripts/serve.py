"""Serve the app on the configured port.

serve.py            run the Streamlit server, and beside it the worker for long work, until either is stopped
serve.py --check    only look whether the settings are right and the port is free
serve.py --health   exit 0 when the server on that port answers (the container's health check)
"""

from __future__ import annotations

import errno
import os
import runpy
import socket
import sys
import urllib.request
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
    """Return whether a server on this machine says that it is well."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False


def serve(port: int) -> int:
    """Run the server and the worker until one is stopped; return the server's exit code."""
    print(f"      http://localhost:{port}   (Ctrl+C stops it)", flush=True)
    os.chdir(ROOT)
    server = ("streamlit", "run", "app.py", "--server.port", str(port))
    return Supervisor(_child(*server), _child(*WORKER)).run()


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
        port = load().port
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    if arguments == ["--health"]:
        return 0 if answers(port) else 1
    if problem := port_problem(port):
        print(problem, file=sys.stderr)
        return 1
    return serve(port) if arguments != ["--check"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
