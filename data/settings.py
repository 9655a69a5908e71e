"""The settings of one installation: typed, cross-checked, read once, passed on as an argument.

`load()` reads the process environment and the `.env` file of the checkout (the environment wins) and
returns one frozen `Settings`. Building `Settings(...)` directly reads nothing from outside, so that tests
and jobs say exactly what they run with. Every setting is described in `data.setting_fields` and nowhere
else: README's table and `.env.example` are printed from it (`scripts/settings_docs.py`) and a test compares.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import SecretStr, ValidationError, model_validator

from data.keyfile import MINIMUM_LENGTH, read_or_create
from data.setting_fields import Fields
from data.setting_kinds import ROOT, STATIC_URL

__all__ = [
    "ROOT",
    "STATIC_URL",
    "Settings",
    "SettingsError",
    "as_env_example",
    "as_markdown",
    "load",
    "names",
    "read",
]

SECRETS = ("DATABASE_URL", "DATABASE_POOL_URL", "TIANDITU_KEY", "SECRET_KEY", "GEOCODER_KEY", "METRICS_TOKEN")
"""Never quoted in a message: the first may hold a password, the others are one."""

_RULES = {"int_parsing": "must be a whole number", "bool_parsing": "must be true or false"}
"""Plainer words for two of pydantic's messages."""

SHORTEST_TOKEN = 16
"""Characters of ``METRICS_TOKEN``."""

_COMPOSE_ONLY = """
# Read by compose.yaml only: password of its database, letters and digits.
# POSTGRES_PASSWORD=
"""


class SettingsError(ValueError):
    """One or more settings are wrong; the message names each, its value, the rule and the next step."""


class Settings(Fields):
    """Everything an office can configure. Frozen; secrets do not show in `repr` or in messages."""

    @model_validator(mode="after")
    def _basemap_has_its_source(self) -> Settings:
        if self.basemap == "tianditu" and not self.tianditu_key.get_secret_value():
            raise ValueError("BASEMAP = 'tianditu' needs a TIANDITU_KEY; set the key or BASEMAP=none")
        if self.basemap == "local" and not self.basemap_url:
            raise ValueError(
                "BASEMAP = 'local' needs BASEMAP_URL, a path below /app/static/; or set BASEMAP=none"
            )
        return self

    @model_validator(mode="after")
    def _geocoder_has_its_key(self) -> Settings:
        if self.geocoder != "none" and not self.geocoder_key.get_secret_value():
            raise ValueError(
                f"GEOCODER = {self.geocoder!r} needs a GEOCODER_KEY; set the key or GEOCODER=none"
            )
        return self

    @model_validator(mode="after")
    def _ports_are_there(self) -> Settings:
        if self.port + self.processes - 1 > 65535:
            raise ValueError(
                f"ATLAS_PROCESSES = {self.processes} servers do not fit above PORT = {self.port}; "
                "choose a lower PORT"
            )
        return self

    @model_validator(mode="after")
    def _keys_are_long_enough(self) -> Settings:
        if 0 < len(self.secret_key.get_secret_value()) < MINIMUM_LENGTH:
            raise ValueError("SECRET_KEY must have 32 characters or more; or leave it empty and one is made")
        if 0 < len(self.metrics_token.get_secret_value()) < SHORTEST_TOKEN:
            raise ValueError("METRICS_TOKEN must have 16 characters or more; or leave it empty")
        return self

    @model_validator(mode="after")
    def _data_is_not_served(self) -> Settings:
        static = ROOT / "static"
        if static == self.data_dir or static in self.data_dir.parents:
            raise ValueError(
                "ATLAS_DATA_DIR lies inside static/, which everybody can read; choose another folder"
            )
        return self

    @model_validator(mode="after")
    def _backups_are_apart(self) -> Settings:
        for name, place in (("BACKUP_DIR", self.backup_dir), ("WAL_ARCHIVE", self.wal_archive)):
            static, own = ROOT / "static", self.data_dir / "pgdata"
            if place and any(inner == place or inner in place.parents for inner in (static, own)):
                raise ValueError(
                    f"{name} lies inside {static.name}/ or the database itself; choose another folder"
                )
        if self.wal_archive and self.database_url:
            raise ValueError(
                "WAL_ARCHIVE is for the private cluster: the server of DATABASE_URL keeps its log as its"
                " administrator sets it up; remove one of the two"
            )
        return self

    @property
    def backups_dir(self) -> Path:
        """The folder of this library's backups; practice has one of its own."""
        if self.backup_dir is None:
            return self.files_dir / "backups"
        return self.backup_dir / "practice" if self.demo else self.backup_dir

    @property
    def files_dir(self) -> Path:
        """The folder of uploads, attachments and work under way; practice has one of its own.

        All of them number their jobs and records from one: in one folder they would take each other's.
        """
        return self.data_dir / self.demo_library if self.demo else self.data_dir

    def signing_key(self) -> str:
        """Return the configured key, else the one kept in the data folder, made on first use (mode 0600).

        Raises `OSError` when the data folder cannot be written.
        """
        return self.secret_key.get_secret_value() or read_or_create(self.data_dir / "secret_key")


def names() -> dict[str, str]:
    """Return environment name → field name of every setting, in the order of the documentation."""
    return {field.alias: name for name, field in Settings.model_fields.items() if field.alias}


def read(environ: Mapping[str, str], env_file: Path | None = None) -> Settings:
    """Build settings from a mapping and, below it, a `.env` file; empty values mean the default.

    Raises `SettingsError` listing every wrong setting at once.
    """
    from_file = dotenv_values(env_file, interpolate=False) if env_file and env_file.is_file() else {}
    _refuse_misspelled(from_file)
    merged = {**from_file, **environ}
    typed = {name: (merged.get(name) or "").strip() for name in names()}
    given: dict[str, Any] = {name: value for name, value in typed.items() if value}
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(item, given) for item in error.errors())) from None


@cache
def load() -> Settings:
    """Return the settings of this process, read once from the environment and the checkout's `.env`."""
    return read(os.environ, ROOT / ".env")


def _refuse_misspelled(found: Mapping[str, str | None]) -> None:
    """Refuse a name in `.env` that is nearly a setting: ignored silently, it would look as if it worked."""
    for name in found:
        near = difflib.get_close_matches(name.upper(), names(), n=1, cutoff=0.85)
        if name not in names() and near:
            raise SettingsError(f".env: {name} is not a setting; did you mean {near[0]}?")


def _explain(item: Any, given: Mapping[str, str]) -> str:
    """Turn one of pydantic's errors into a line with the name, the value, the rule and the next step."""
    name = str(item["loc"][0]) if item["loc"] else ""
    rule = _RULES.get(item["type"]) or str(item["msg"]).removeprefix("Value error, ")
    if not name:
        return f"{rule} (in .env or the environment)."
    shown = name if name in SECRETS else f"{name} = {given.get(name, '')!r}"
    return f"{shown}: {rule}. Correct it in .env or the environment, or remove it."


def _default(name: str) -> str:
    """Return the default as it would be typed into `.env`."""
    value = Settings.model_fields[names()[name]].default
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def as_markdown() -> str:
    """Return the table of settings that stands in README between its `settings` markers."""
    rows = [
        f"| `{name}` | {f'`{_default(name)}`' if _default(name) else '(empty)'} "
        f"| {Settings.model_fields[field].description} |"
        for name, field in names().items()
    ]
    return "\n".join(["| Setting | Default | Meaning |", "|---|---|---|", *rows]) + "\n"


def as_env_example() -> str:
    """Return the text of `.env.example`: every setting, described, commented out, with its default."""
    head = "# Settings. Copy to .env and change what differs; the environment wins over this file.\n"
    blocks = [
        f"\n# {Settings.model_fields[field].description}\n# {name}={_default(name)}\n"
        for name, field in names().items()
    ]
    return head + "".join(blocks) + _COMPOSE_ONLY
