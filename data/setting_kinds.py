"""The kinds of value that a setting may have: what is accepted, and what is said about the rest."""

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from projects.recurring import Recurring
from projects.rounds import Weekly

ROOT = Path(__file__).resolve().parent.parent
"""The checkout: relative paths in settings start here, not in whatever folder a command was typed in."""

STATIC_URL = "/app/static/"
"""Where Streamlit serves the files of `static/`; the only place from which a page may load anything."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_POSTGRES = re.compile(r"^(?:postgres|postgresql|postgresql\+psycopg)://(?P<rest>.+)$")
_BASEMAP_PATH = re.compile(r"^/app/static/[\w./{}-]+$")


def database_url(value: str) -> str:
    """Return the address in SQLAlchemy's psycopg form, or empty for the private cluster."""
    if not value:
        return ""
    match = _POSTGRES.match(value)
    if match is None:
        raise ValueError(
            "must look like postgresql://user:password@host:5432/database (PostGIS is the only database)"
        )
    address = match["rest"].split("?", 1)[0]
    if not address.partition("/")[2]:
        raise ValueError("names no database: add /name after the host, e.g. postgresql://host:5432/atlas")
    return f"postgresql+psycopg://{match['rest']}"


def one_line(value: str) -> str:
    """Refuse control characters: the text is drawn on maps and written into files."""
    if _CONTROL.search(value):
        raise ValueError("must be one line without control characters")
    return value.strip()


def area_code(value: str) -> str:
    """Accept empty or a GB/T 2260 code of six digits, not of the whole nation."""
    if value and (re.fullmatch(r"[1-9][0-9]{5}", value) is None):
        raise ValueError("must be a six-digit area code such as 440200 (prefecture) or 440232 (county)")
    return value


def basemap_path(value: str) -> str:
    """Accept empty or a path below /app/static: a page loads nothing from elsewhere."""
    if value and (_BASEMAP_PATH.fullmatch(value) is None or ".." in value):
        raise ValueError(f"must be a path below {STATIC_URL}, e.g. /app/static/tiles/{{z}}/{{x}}/{{y}}.png")
    return value


def optional_file(value: Any) -> Path | None:
    """Return an absolute path, None for an empty setting; refuse a file that is not there."""
    if not value:
        return None
    try:
        path = ROOT / Path(str(value)).expanduser()
        there = path.is_file()
    except (OSError, RuntimeError) as error:  # too long, or of a person who is not known here
        raise ValueError(f"no such file: {error}") from error
    if not there:
        raise ValueError(f"no such file: {path}")
    return path


def directory(value: Path) -> Path:
    """Return an absolute folder; `~` is the home folder, a relative path starts at the checkout."""
    return Path(os.path.normpath(ROOT / value.expanduser()))


def weekly(value: str) -> str:
    """Accept empty or a day and a time of the week."""
    if value:
        Weekly.parse(value)
    return value


def recurring(value: str) -> str:
    """Accept empty, or a time of every day or of a day of the week."""
    if value:
        Recurring.parse(value)
    return value


def optional_folder(value: Any) -> Path | None:
    """Return an absolute folder, None for an empty setting."""
    return directory(Path(str(value))) if value else None


def archive_folder(value: Path | None) -> Path | None:
    """Refuse a path that could not be written into the server's settings and commands as it stands."""
    if value and re.search(r"""['"\\%$`\x00-\x1f]""", str(value)):
        raise ValueError(f"must be a path without quotes, backslashes, % or $: {value}")
    return value


def upper(value: object) -> object:
    """Return text in capitals, without the blanks around it."""
    return value.strip().upper() if isinstance(value, str) else value


def lower(value: object) -> object:
    """Return text in small letters, without the blanks around it."""
    return value.strip().lower() if isinstance(value, str) else value


DatabaseUrl = Annotated[str, AfterValidator(database_url)]
Folder = Annotated[Path, AfterValidator(directory)]
AreaCode = Annotated[str, AfterValidator(area_code)]
BasemapPath = Annotated[str, AfterValidator(basemap_path)]
OptionalFile = Annotated[Path | None, BeforeValidator(optional_file)]
RecurringTime = Annotated[str, AfterValidator(recurring)]
OptionalFolder = Annotated[Path | None, BeforeValidator(optional_folder)]
ArchiveFolder = Annotated[OptionalFolder, AfterValidator(archive_folder)]
WeeklyTime = Annotated[str, AfterValidator(weekly)]
Line = Annotated[str, Field(max_length=120), AfterValidator(one_line)]
Language = Annotated[Literal["zh", "en"], BeforeValidator(lower)]
DemoLibrary = Annotated[Literal["practice", "synth"], BeforeValidator(lower)]
Basemap = Annotated[Literal["none", "tianditu", "osm", "local"], BeforeValidator(lower)]
Geocoder = Annotated[Literal["none", "tianditu", "amap"], BeforeValidator(lower)]
LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(upper)]
LogFormat = Annotated[Literal["plain", "json"], BeforeValidator(lower)]
