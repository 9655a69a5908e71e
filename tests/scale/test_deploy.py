"""The files in ``deploy/`` and ``compose.scale.yaml`` say what the program needs, and agree."""

from __future__ import annotations

import configparser
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from data.settings import Settings, names
from tests.paths import ROOT
from tests.scale import rig

NGINX = (rig.DEPLOY / "nginx.conf").read_text("utf-8")


class _Loader(yaml.SafeLoader):
    """Reads Compose's own tags."""


_Loader.add_constructor("!reset", lambda _loader, _node: None)


def _compose(name: str) -> Any:
    return yaml.load((ROOT / name).read_text("utf-8"), _Loader)


def test_nginx_finds_no_fault_with_the_shipped_file(needs_nginx: None, tmp_path: Path) -> None:
    (tmp_path / "nginx.conf").write_text(rig.nginx_text(tmp_path, 18501, (18502, 18503)), "utf-8")
    (tmp_path / "nginx-headers.conf").write_text(
        (rig.DEPLOY / "nginx-headers.conf").read_text("utf-8"), "utf-8"
    )
    command = [str(rig.NGINX), "-t", "-q", "-e", str(tmp_path / "e"), "-c", str(tmp_path / "nginx.conf")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_process_has_its_seat() -> None:
    ports = sorted({int(port) for port in re.findall(r"server 127\.0\.0\.1:(\d+)", NGINX)})
    assert ports == list(range(Settings().port, Settings().port + len(ports)))
    for number, port in enumerate(ports, 1):
        group = re.search(rf"upstream seat_{number} \{{(.*?)\}}", NGINX, re.DOTALL)
        assert group, f"no group for the process on {port}"
        assert next(int(p) for p in re.findall(r":(\d+)", group[1])) == port
        assert group[1].count("backup") == len(ports) - 1, "the others take over"
        assert re.search(rf'"~:{port}\$"\s+{number};', NGINX)


def test_nginx_takes_what_the_settings_let_in_and_a_bit_more() -> None:
    allowed = re.search(r"upload_file/ \{\s+client_max_body_size (\d+)m;", NGINX)
    largest = next(one.le for one in Settings.model_fields["max_upload_mb"].metadata if hasattr(one, "le"))
    assert allowed and int(allowed[1]) > largest


def test_nginx_believes_nobody_about_where_they_come_from() -> None:
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in NGINX
    assert "$proxy_add_x_forwarded_for" not in NGINX and "$http_x_forwarded" not in NGINX
    blocks = re.findall(r"location [^{]+\{[^}]*proxy_set_header[^}]*\}", NGINX)
    assert all("X-Forwarded-For $remote_addr" in block and "Host $http_host" in block for block in blocks), (
        "a block that sets one header inherits none"
    )


def test_pgbouncer_pools_by_transaction_with_fewer_places_than_the_server_has() -> None:
    found = configparser.ConfigParser(comment_prefixes=(";",))
    found.read(rig.DEPLOY / "pgbouncer.ini", "utf-8")
    pool = found["pgbouncer"]
    assert pool["pool_mode"] == "transaction" and pool["auth_type"] == "scram-sha-256"
    assert pool.getint("default_pool_size") + pool.getint("reserve_pool_size") < 60
    assert pool.getint("max_client_conn") >= 15 * 16
    assert list(found["databases"]) == ["*"], (
        "practice and real stand beside each other under their own names"
    )


def test_compose_for_many_people_adds_to_compose() -> None:
    base, more = _compose("compose.yaml"), _compose("compose.scale.yaml")
    app = more["services"]["app"]
    assert set(app["environment"]) - set(names()) == {"STREAMLIT_SERVER_ADDRESS", "FORWARDED_ALLOW_IPS"}
    assert int(app["environment"]["ATLAS_PROCESSES"]) == NGINX.count("upstream seat_")
    assert app["ports"] is None, "only nginx is reached from outside"
    assert "@pool:6432/" in app["environment"]["DATABASE_POOL_URL"]
    assert "db" in base["services"] and not set(more["services"]) - {"app", "pool", "web"}
    for name in ("pool", "web"):
        recipe = more["services"][name]["build"]["dockerfile_inline"]
        for source in re.findall(r"COPY (.+) \S+\n", recipe):
            assert all((rig.DEPLOY / one).is_file() for one in source.split())


@pytest.mark.parametrize("name", ["POSTGRES_PASSWORD", "SECRET_KEY"])
def test_no_secret_stands_in_a_shipped_file(name: str) -> None:
    for path in (*rig.DEPLOY.iterdir(), ROOT / "compose.scale.yaml"):
        assert not re.search(rf"{name}\\s*[:=]\\s*[A-Za-z0-9]", path.read_text("utf-8")), path.name
