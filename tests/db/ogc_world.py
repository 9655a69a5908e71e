"""The open interface over a copy of the library: in this process, and on a port for real clients."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.testclient import TestClient

from data.database import Database
from data.settings import Settings
from data.store import owner_units
from services.ogc.serving import OpenInterface
from services.sign_in import by_cookie


def application(database: Database, *, anonymous: bool = True) -> Starlette:
    """Return the interface mounted as the app mounts it; ``anonymous`` is the office's ANONYMOUS_READS."""
    with database.owning() as connection:
        owner_units.set_policy(connection, anonymous)
    interface = OpenInterface(lambda: database.app_address, Settings(anonymous_reads=anonymous), by_cookie)
    return Starlette(routes=interface.routes, lifespan=interface.lifespan)


@contextmanager
def browser(database: Database, *, anonymous: bool = True, **more: Any) -> Iterator[TestClient]:
    """Give a client in this process; a failure inside is an answer, as behind a server."""
    app = application(database, anonymous=anonymous)
    with TestClient(app, raise_server_exceptions=False, **more) as client:
        yield client


@contextmanager
def served(app: Starlette, root_path: str = "") -> Iterator[str]:
    """Serve an application on a free port of this machine and give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", root_path=root_path)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
