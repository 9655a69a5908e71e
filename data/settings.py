"""The settings of one installation: typed, cross-checked, read once, passed on as an argument.

`load()` reads the process environment and the `.env` file of the checkout (the environment wins) and
returns one frozen `Settings`. Building `Settings(...)` directly reads nothing from outside, so that tests
and jobs say exactly what they run with. Every setting is described here and nowhere else: README's table
and `.env.example` are printed from this file (`scripts/settings_docs.py`) and a test compares them.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from data.keyfile import MINIMUM_LENGTH, read_or_create
from data.setting_kinds import (
    ROOT,
    STATIC_URL,
    AreaCode,
    Basemap,
    BasemapPath,
    DatabaseUrl,
    Folder,
    Geocoder,
    Language,
    Line,
    LogLevel,
    OptionalFile,
    WeeklyTime,
)

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

SECRETS = ("DATABASE_URL", "TIANDITU_KEY", "SECRET_KEY", "GEOCODER_KEY")
"""Never quoted in a message: the first may hold a password, the others are one."""

_RULES = {"int_parsing": "must be a whole number", "bool_parsing": "must be true or false"}
"""Plainer words for two of pydantic's messages."""

_COMPOSE_ONLY = """
# Read by compose.yaml only: password of its database, letters and digits.
# POSTGRES_PASSWORD=
"""


class SettingsError(ValueError):
    """One or more settings are wrong; the message names each, its value, the rule and the next step."""


class Settings(BaseModel):
    """Everything an office can configure. Frozen; secrets do not show in `repr` or in messages."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, hide_input_in_errors=True)

    database_url: DatabaseUrl = Field(
        "",
        alias="DATABASE_URL",
        repr=False,
        description="PostgreSQL database with PostGIS, `postgresql://user:password@host:5432/name`. "
        "Empty: the program manages a private cluster in its data folder.",
    )
    data_dir: Folder = Field(
        Path("var"),
        alias="ATLAS_DATA_DIR",
        validate_default=True,
        description="Folder for the private cluster, attachments and generated keys; "
        "a relative path starts at the checkout.",
    )
    home_area: AreaCode = Field(
        "",
        alias="HOME_AREA",
        description="Six-digit code of the office's own prefecture or county, on which the app opens "
        "(e.g. 440200). Empty: the whole library.",
    )
    credit_line: Line = Field(
        "内部使用",
        alias="CREDIT_LINE",
        min_length=1,
        description="Credit drawn on every map and written into every export.",
    )
    map_approval_number: Line = Field(
        "",
        alias="MAP_APPROVAL_NUMBER",
        description="审图号 of the boundaries in use, shown beside the credit. Empty: none is claimed.",
    )
    scenario_open: bool = Field(
        False,
        alias="SCENARIO_OPEN",
        description="Whether the layer of modelled clinic slots (模拟分配，非下达指标) is switched on "
        "when the map opens.",
    )
    language: Language = Field(
        "zh", alias="DEFAULT_LANGUAGE", description="Language a page opens in: `zh` or `en`."
    )
    basemap: Basemap = Field(
        "none",
        alias="BASEMAP",
        description="Background of the map: `none` (boundaries only, offline), `local`, `tianditu` or `osm`.",
    )
    tianditu_key: SecretStr = Field(
        SecretStr(""), alias="TIANDITU_KEY", description="Key for 天地图; needed by `BASEMAP=tianditu`."
    )
    basemap_url: BasemapPath = Field(
        "",
        alias="BASEMAP_URL",
        description="Path of local tiles below `/app/static/` (`…/{z}/{x}/{y}.png` or a `.pmtiles` file); "
        "needed by `BASEMAP=local`.",
    )
    port: int = Field(8501, alias="PORT", ge=1, le=65535, description="Port the app is served on.")
    secret_key: SecretStr = Field(
        SecretStr(""),
        alias="SECRET_KEY",
        description="Signs download links, 32 characters or more. Empty: one is made at first use and kept "
        "in the data folder, readable by its owner only.",
    )
    signed_link_minutes: int = Field(
        15,
        alias="SIGNED_LINK_MINUTES",
        ge=1,
        le=1440,
        description="How long a signed download link is valid.",
    )
    anonymous_reads: bool = Field(
        True,
        alias="ANONYMOUS_READS",
        description="Whether people who have not signed in see published records (never contacts, "
        "attachments, drafts or history).",
    )
    single_office: bool = Field(
        False,
        alias="SINGLE_OFFICE",
        description="`on`: one office on one PC edits without accounts. Only a browser on this very machine "
        "is let in.",
    )
    session_hours: int = Field(
        10, alias="SESSION_HOURS", ge=1, le=168, description="How long a sign-in lasts."
    )
    dispatch_day: int = Field(
        25,
        alias="DISPATCH_DAY",
        ge=1,
        le=28,
        description="Day of the month by which records are to be updated for the monthly dispatch (月调度).",
    )
    demo: bool = Field(
        False,
        alias="DEMO",
        description="Serve the separate practice database that `make demo` builds, instead of the real one.",
    )
    oidc_groups: OptionalFile = Field(
        None,
        alias="OIDC_GROUPS",
        description="CSV file (group, role, unit) that maps groups of the OpenID Connect provider to roles "
        "and owner units; the provider itself stands in `.streamlit/secrets.toml`. Empty: local accounts "
        "only.",
    )
    oidc_claim: Line = Field(
        "groups", alias="OIDC_CLAIM", description="Claim of the identity token that lists a person's groups."
    )
    max_upload_mb: int = Field(
        50, alias="MAX_UPLOAD_MB", ge=1, le=200, description="Largest file that may be uploaded, in MB."
    )
    geocoder: Geocoder = Field(
        "none",
        alias="GEOCODER",
        description="Service asked for addresses that the offline gazetteer does not know: `none`, "
        "`tianditu` or `amap`.",
    )
    geocoder_key: SecretStr = Field(
        SecretStr(""),
        alias="GEOCODER_KEY",
        description="Server key of that service; needed when one is chosen.",
    )
    geocoder_url: Line = Field(
        "",
        alias="GEOCODER_URL",
        description="Address of that service where it is reached through a gateway. Empty: its public "
        "address.",
    )
    geocoder_per_second: float = Field(
        2.0,
        alias="GEOCODER_PER_SECOND",
        gt=0,
        le=50,
        description="Questions a second that the service's contract allows.",
    )
    pack_keep_days: int = Field(
        30,
        alias="PACK_KEEP_DAYS",
        ge=1,
        le=365,
        description="How long a briefing pack is kept; frozen editions are kept for good.",
    )
    pack_share_hours: int = Field(
        48,
        alias="PACK_SHARE_HOURS",
        ge=1,
        le=720,
        description="How long a link to a pack for somebody without an account lasts unless another time is "
        "chosen.",
    )
    monday_list: WeeklyTime = Field(
        "",
        alias="MONDAY_LIST",
        description="When the worker makes the Monday list of all units by itself, a day and a time such as "
        "`mon 07:00` (Beijing time); one that was missed is made up once. Empty: only when somebody asks.",
    )
    log_level: LogLevel = Field(
        "INFO", alias="LOG_LEVEL", description="`DEBUG`, `INFO`, `WARNING` or `ERROR`."
    )

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
    def _keys_are_long_enough(self) -> Settings:
        if 0 < len(self.secret_key.get_secret_value()) < MINIMUM_LENGTH:
            raise ValueError("SECRET_KEY must have 32 characters or more; or leave it empty and one is made")
        return self

    @model_validator(mode="after")
    def _data_is_not_served(self) -> Settings:
        static = ROOT / "static"
        if static == self.data_dir or static in self.data_dir.parents:
            raise ValueError(
                "ATLAS_DATA_DIR lies inside static/, which everybody can read; choose another folder"
            )
        return self

    @property
    def files_dir(self) -> Path:
        """The folder of uploads, attachments and work under way; practice has one of its own.

        Both databases number their jobs and records from one: in one folder they would take each other's.
        """
        return self.data_dir / "practice" if self.demo else self.data_dir

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
