"""Settings: what is accepted, what a wrong value says, secrets, and that the three descriptions agree."""

from __future__ import annotations

import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from data import keyfile, settings
from data.settings import Settings, SettingsError, as_env_example, as_markdown, names, read
from tests.paths import ROOT


def test_an_empty_environment_gives_the_defaults() -> None:
    found = read({})
    assert found == Settings()
    assert (found.database_url, found.home_area, found.credit_line) == ("", "", "内部使用")
    assert (found.basemap, found.language, found.port, found.scenario_open) == ("none", "zh", 8501, False)
    assert found.data_dir == ROOT / "var"


def test_empty_values_mean_the_default() -> None:
    assert read(dict.fromkeys(names(), "")) == Settings()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_database_addresses_are_normalised(scheme: str) -> None:
    found = read({"DATABASE_URL": f"{scheme}://u:p@h:5432/atlas?sslmode=require"})
    assert found.database_url == "postgresql+psycopg://u:p@h:5432/atlas?sslmode=require"


def test_where_backups_go() -> None:
    found = read({"BACKUP_AT": "Sun 2:00", "BACKUP_DIR": "~/b", "WAL_ARCHIVE": "log here"})
    assert found.backups_dir == Path.home() / "b" and found.wal_archive == ROOT / "log here"
    assert Settings().backups_dir == ROOT / "var/backups" and Settings().wal_archive is None
    with pytest.raises(SettingsError, match="private cluster"):
        read({"WAL_ARCHIVE": "log", "DATABASE_URL": "postgresql://h/atlas"})


def test_a_socket_address_is_accepted() -> None:
    assert read({"DATABASE_URL": "postgresql:///atlas?host=/run/x"}).database_url.endswith(
        "/atlas?host=/run/x"
    )


@pytest.mark.parametrize("basemap", ["Tianditu", "osm", "LOCAL"])
def test_a_basemap_with_what_it_needs(basemap: str) -> None:
    given = {"BASEMAP": basemap, "TIANDITU_KEY": "k", "BASEMAP_URL": "/app/static/tiles/{z}/{x}/{y}.png"}
    assert read(given).basemap == basemap.lower()


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("DATABASE_URL", "mysql://h/x", "PostGIS is the only database"),
        ("DATABASE_URL", "postgresql://h:5432", "names no database"),
        ("BACKUP_AT", "nightly", "daily HH:MM"),
        ("BACKUP_AT", "daily 24:00", "daily HH:MM"),
        ("BACKUP_DIR", "static/x", "inside static"),
        ("BACKUP_KEEP", "0", "greater than or equal to 1"),
        ("WAL_ARCHIVE", "it's", "without quotes"),
        ("WAL_ARCHIVE", "var/pgdata/x", "the database itself"),
        ("HOME_AREA", "韶关", "six-digit area code"),
        ("HOME_AREA", "44020", "six-digit area code"),
        ("HOME_AREA", "４４０２００", "six-digit area code"),
        ("PORT", "0", "greater than or equal to 1"),
        ("PORT", "65536", "65535"),
        ("PORT", "http", "whole number"),
        ("BASEMAP", "gaode", "none"),
        ("BASEMAP", "tianditu", "TIANDITU_KEY"),
        ("BASEMAP", "local", "BASEMAP_URL"),
        ("BASEMAP_URL", "https://tiles.example/{z}", "/app/static/"),
        ("BASEMAP_URL", "/app/static/../../etc/passwd", "/app/static/"),
        ("CREDIT_LINE", "a\nb", "one line"),
        ("DEFAULT_LANGUAGE", "fr", "zh"),
        ("SCENARIO_OPEN", "perhaps", "true or false"),
        ("SIGNED_LINK_MINUTES", "0", "1"),
        ("LOG_LEVEL", "loud", "INFO"),
        ("SECRET_KEY", "short", "32 characters"),
        ("ATLAS_DATA_DIR", "static/data", "everybody can read"),
    ],
)
def test_a_wrong_value_is_named_with_the_rule(name: str, value: str, part: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read({name: value})
    message = str(caught.value)
    assert name in message
    assert part in message
    assert ".env" in message
    assert "pydantic" not in message


def test_every_wrong_setting_is_told_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        read({"PORT": "x", "HOME_AREA": "y"})
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize("name", settings.SECRETS)
def test_secrets_are_in_no_message(name: str) -> None:
    secret = "sesame-open"
    address = name.startswith("DATABASE_")
    value = f"mysql://u:{secret}@h/d" if address else secret
    given = {name: value} if address else {name: value, "PORT": "x", "SECRET_KEY": secret}
    with pytest.raises(SettingsError) as caught:
        read(given)
    assert secret not in str(caught.value)


def test_secrets_are_not_in_repr() -> None:
    key = "k" * 40
    address = f"postgresql://u:{key}@h/d"
    found = read(
        {"DATABASE_URL": address, "DATABASE_POOL_URL": address, "SECRET_KEY": key, "TIANDITU_KEY": key}
    )
    assert key not in repr(found)
    assert key not in str(found)
    assert found.signing_key() == key


def test_several_processes_need_as_many_ports() -> None:
    assert read({"PORT": "65534", "ATLAS_PROCESSES": "2"}).processes == 2
    with pytest.raises(SettingsError, match="choose a lower PORT"):
        read({"PORT": "65535", "ATLAS_PROCESSES": "2"})


def test_settings_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().port = 1  # type: ignore[misc]


def test_building_settings_reads_nothing_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9999")
    monkeypatch.setenv("LANGUAGE", "en_US:en")
    assert Settings().port == 8501
    assert Settings(port=8600).port == 8600


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("export PORT=9000\nCREDIT_LINE='韶关市 ${HOME}'\nPOSTGRES_PASSWORD=x\n", "utf-8")
    found = read({"PORT": "9001"}, env_file)
    assert (found.port, found.credit_line) == (9001, "韶关市 ${HOME}")
    assert read({}, env_file).port == 9000
    assert read({}, tmp_path / "absent") == Settings()


def test_a_misspelled_name_in_the_file_is_told(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("HOME_AERA=440200\n", "utf-8")
    with pytest.raises(SettingsError, match="HOME_AERA is not a setting; did you mean HOME_AREA"):
        read({}, env_file)


def test_load_reads_once(monkeypatch: pytest.MonkeyPatch) -> None:
    settings.load.cache_clear()
    monkeypatch.setenv("PORT", "8700")
    first = settings.load()
    monkeypatch.setenv("PORT", "8701")
    assert settings.load() is first
    assert first.port == 8700
    settings.load.cache_clear()


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    found = Settings(data_dir=tmp_path / "new" / "data")
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: found.signing_key(), range(32)))
    assert len(keys) == 1
    assert len(keys.pop()) == 64
    path = found.data_dir / "secret_key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in found.data_dir.iterdir()] == ["secret_key"]


@pytest.mark.parametrize("content", ["", "short\n"])
def test_an_empty_key_file_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "secret_key").write_text(content, "ascii")
    with pytest.raises(OSError, match="holds no usable key; delete the file"):
        keyfile.read_or_create(tmp_path / "secret_key")


def test_env_example_describes_every_setting() -> None:
    assert (ROOT / ".env.example").read_text("utf-8") == as_env_example(), "run: make docs"


def test_env_example_works_when_every_line_is_switched_on(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text(re.sub(r"^# ([A-Z_]+=)", r"\1", as_env_example(), flags=re.MULTILINE), "utf-8")
    assert read({}, env_file) == Settings()


def test_readme_describes_every_setting() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    block = re.search(r"<!-- settings -->\n(.*?)<!-- /settings -->", readme, re.DOTALL)
    assert block, "README.md has no <!-- settings --> … <!-- /settings --> block"
    assert block[1].strip() == as_markdown().strip(), "run: make docs"


def test_compose_passes_every_setting_on() -> None:
    compose = (ROOT / "compose.yaml").read_text("utf-8")
    image = (ROOT / "Dockerfile").read_text("utf-8")
    assert not [name for name in names() if f"      {name}: " not in compose and name not in image]
