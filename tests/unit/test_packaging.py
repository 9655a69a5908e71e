"""What set-up is made of: the locks, the map assets, starting the server, the image and the configuration."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from data.settings import load
from scripts import assets, serve
from scripts.settings_docs import with_table
from tests.paths import ROOT

LOCKS = ["requirements", "requirements-test", "requirements-npm"]


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_locked_with_hashes(name: str) -> None:
    lock = (ROOT / f"{name}.txt").read_text()
    entries = re.findall(
        r"^([a-z0-9-]+)==\S+.*\\\n((?:    --hash=sha256:[0-9a-f]{64}.*\n?)+)", lock, re.MULTILINE
    )
    wanted = re.findall(r"^([A-Za-z0-9][A-Za-z0-9-]*)", (ROOT / f"{name}.in").read_text(), re.MULTILINE)
    locked = {package for package, _ in entries}
    assert locked == set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))
    assert {package.lower().replace("_", "-") for package in wanted} <= locked
    assert "://" not in lock
    assert not re.search(r"^-", lock, re.MULTILINE)


def test_test_lock_agrees_with_the_lock() -> None:
    pins = [
        dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / f"{name}.txt").read_text(), re.MULTILINE))
        for name in LOCKS
    ]
    assert not [name for name in pins[0].keys() & pins[1].keys() if pins[0][name] != pins[1][name]]


def test_asset_lock_has_hashes_and_no_addresses() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for name, version in wanted.items():
        assert locked[f"node_modules/{name}"]["version"] == version
    assert all(entry["integrity"].startswith("sha512-") for path, entry in locked.items() if path)
    assert not [path for path, entry in locked.items() if "resolved" in entry]
    assert set(json.loads((ROOT / "scripts/assets.json").read_text())) == set(wanted)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "node_modules/leaflet/dist"
    folder.mkdir(parents=True)
    (folder / "a.css").write_text(
        "a{b:url(//cdn.example/x.woff)} c{d:url( 'https://h/y' )} e{f:url(images/z.png)}"
    )
    (folder / "a.js").write_text("1")
    return tmp_path / "node_modules"


def test_assets_keep_their_paths_and_lose_outside_addresses(package: Path, tmp_path: Path) -> None:
    static = tmp_path / "static"
    assets.copy(package, static, ["leaflet/dist/a.css", "leaflet/dist/a.js"])
    css = (static / "leaflet/dist/a.css").read_text()
    assert css == 'a{b:url("data:,")} c{d:url("data:,")} e{f:url(images/z.png)}'
    assert (static / "leaflet/dist/a.js").read_text() == "1"


def test_a_missing_asset_is_named(package: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=re.escape("leaflet/dist/b.js")):
        assets.copy(package, tmp_path / "static", ["leaflet/dist/b.js"])


def test_assets_of_another_lock_are_fetched_again(tmp_path: Path) -> None:
    names = ["p/a.js", "p/b.js"]
    assert assets.missing(tmp_path, names, "1") == names
    (tmp_path / ".assets").write_text("1")
    (tmp_path / "p").mkdir()
    (tmp_path / "p/a.js").touch()
    assert assets.missing(tmp_path, names, "1") == ["p/b.js"]
    (tmp_path / "p/b.js").touch()
    assert assets.missing(tmp_path, names, "1") == []
    assert assets.missing(tmp_path, names, "2") == names


def test_what_set_up_copied_is_whole_and_asks_no_other_host() -> None:
    names = assets.listed(ROOT / "scripts/assets.json")
    assert assets.missing(ROOT / "static", names, assets.fingerprint(ROOT)) == [], "run: make run"
    for name in names:
        if name.endswith(".css"):
            style = (ROOT / "static" / name).read_text("utf-8")
            assert not re.search(r"url\(\s*['\"]?(https?:)?//|@import", style), name
            local = {part for part in re.findall(r"url\(['\"]?([^'\")#?]+)", style) if ":" not in part}
            assert not [
                part
                for part in local
                if part and not (ROOT / "static" / name).parent.joinpath(part).is_file()
            ], name


@pytest.fixture
def free_port(monkeypatch: pytest.MonkeyPatch) -> int:
    with socket.socket() as probe:
        probe.bind(("", 0))
        port = int(probe.getsockname()[1])
    monkeypatch.setenv("PORT", str(port))
    load.cache_clear()
    return port


def test_a_port_in_use_is_explained(free_port: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert serve.main(["--check"]) == 0
    with socket.socket() as other:
        other.bind(("", free_port))
        other.listen()
        assert serve.main(["--check"]) == 1
    load.cache_clear()
    message = capsys.readouterr().err
    assert f"Port {free_port} is in use" in message
    assert f"PORT={free_port + 1} make run" in message


def test_no_server_is_not_healthy(free_port: int) -> None:
    assert serve.main(["--health"]) == 1
    load.cache_clear()


def test_wrong_settings_stop_the_start_without_a_trace() -> None:
    command = [sys.executable, str(ROOT / "scripts/serve.py"), "--check"]
    done = subprocess.run(
        command, env={**os.environ, "HOME_AREA": "x"}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("HOME_AREA = 'x': must be a six-digit area code")
    assert "Traceback" not in done.stderr


def test_settings_table_goes_between_its_markers() -> None:
    text = "a\n<!-- settings -->\nold\n<!-- /settings -->\nb\n"
    assert with_table(text, "new\n") == "a\n<!-- settings -->\nnew\n<!-- /settings -->\nb\n"
    with pytest.raises(ValueError, match="settings"):
        with_table("nothing", "new")


def _checker(name: str) -> str:
    found = shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    return found or pytest.skip(f"{name} is not installed here")


def test_shell_scripts_pass_shellcheck() -> None:
    scripts = [*sorted(ROOT.glob("scripts/*.sh")), ROOT / ".ci/run"]
    done = subprocess.run(
        [_checker("shellcheck"), "-x", *scripts],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_dockerfile_passes_hadolint() -> None:
    done = subprocess.run(
        [_checker("hadolint"), ROOT / "Dockerfile"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout


def test_image_is_set_up_by_the_same_script_and_runs_as_nobody_special() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert sum("sh scripts/install.sh run" in line for line in lines) == 2
    assert "apt-get" not in "\n".join(lines)
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users == ["10001:10001"]
    assert "VOLUME /data" in lines
    assert any(line.startswith("HEALTHCHECK ") for line in lines)
    assert 'CMD ["sh", "scripts/run.sh"]' in lines


def test_make_ci_and_run_use_the_install_script() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert "sh scripts/install.sh test" in makefile
    assert "sh scripts/run.sh" in makefile
    assert "sh scripts/install.sh run" in (ROOT / "scripts/run.sh").read_text()
    ci = ROOT / ".ci/run"
    assert "exec make test" in ci.read_text()
    assert os.access(ci, os.X_OK)


def test_streamlit_is_configured_for_an_office() -> None:
    config = tomllib.loads((ROOT / ".streamlit/config.toml").read_text("utf-8"))
    assert config["server"]["enableStaticServing"] is True
    assert config["server"]["headless"] is True
    assert config["server"]["port"] == 8501
    assert config["browser"] == {"gatherUsageStats": False, "serverAddress": "localhost"}
    assert (config["client"]["toolbarMode"], config["client"]["showErrorDetails"]) == ("minimal", "none")
