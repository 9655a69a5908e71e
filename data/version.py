"""The version of this program: the one written in ``pyproject.toml``, and nowhere else."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parent.parent / "pyproject.toml"
UNKNOWN: Final = "unknown"


@cache
def version() -> str:
    """Return the version, ``unknown`` where the file is gone or says none.

    >>> version().count(".")
    2
    """
    try:
        return str(tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"])
    except (OSError, tomllib.TOMLDecodeError, KeyError):
        return UNKNOWN
