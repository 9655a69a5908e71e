"""Finding PostgreSQL's programs, the highest version that also has PostGIS."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from data.cluster.model import ClusterError

_PATTERNS = (
    "usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "usr/pgsql-*/bin",  # Red Hat family
    "opt/homebrew/opt/postgresql*/bin",  # Homebrew on Apple silicon
    "usr/local/opt/postgresql*/bin",  # Homebrew on Intel
    "usr/local/pgsql/bin",  # built from source
)


@dataclass(frozen=True)
class Binaries:
    """One installed PostgreSQL: its programs' folder, version, and whether PostGIS is installed for it."""

    folder: Path
    major: int
    version: str
    postgis: bool

    def __getitem__(self, program: str) -> str:
        """Full path of a program."""
        return str(self.folder / program)


def candidate_folders(root: Path = Path("/")) -> Iterator[Path]:
    """Yield each folder that holds both `postgres` and `initdb`, once."""
    on_path = shutil.which("postgres")
    found = [folder for pattern in _PATTERNS for folder in sorted(root.glob(pattern))]
    found += [Path(on_path).resolve().parent] if on_path else []
    for folder in dict.fromkeys(folder.resolve() for folder in found):
        if (folder / "postgres").is_file() and (folder / "initdb").is_file():
            yield folder


def installed() -> list[Binaries]:
    """Every PostgreSQL that runs here, lowest version first."""
    found = [binaries for folder in candidate_folders() if (binaries := inspect(folder))]
    return sorted(found, key=lambda binaries: binaries.major)


def inspect(folder: Path) -> Binaries | None:
    """Ask the programs of a folder for their version and PostGIS; None when they do not run."""
    match = re.search(r"\(PostgreSQL\) (\d+)(\S*)", _output(folder / "postgres", "--version"))
    if not match:
        return None
    version = match[1] + match[2]
    return Binaries(folder, int(match[1]), version, _has_postgis(folder, int(match[1])))


def choose(found: Iterable[Binaries], needed: int | None, data: Path) -> Binaries:
    """Return the installation to use: the `needed` major version, or the highest one that has PostGIS.

    Raises ClusterError, naming what to install, when there is none.
    """
    fit = [binaries for binaries in found if needed in {None, binaries.major}]
    if with_postgis := [binaries for binaries in fit if binaries.postgis]:
        return with_postgis[-1]
    if fit:
        raise ClusterError(_without_postgis(fit[-1].major))
    raise ClusterError(_wrong_version(needed, list(found), data) if needed else _nothing_found())


def _output(program: Path, argument: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - a program found in a system folder, fixed argument
            [str(program), argument], capture_output=True, text=True, timeout=20, check=False, cwd="/"
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()


def _has_postgis(folder: Path, major: int) -> bool:
    told = _output(folder / "pg_config", "--sharedir")
    shares = [Path(told)] if told else [folder.parent / "share", Path(f"/usr/share/postgresql/{major}")]
    return any((share / "extension" / "postgis.control").is_file() for share in shares)


def _install_hint(major: int | None = None) -> str:
    if sys.platform == "darwin":
        return "brew install postgresql@17 postgis"
    number = str(major) if major else "NN"
    return f"sudo apt-get install postgresql{f'-{major}' if major else ''} postgresql-{number}-postgis-3"


def _nothing_found() -> str:
    return (
        "PostgreSQL with PostGIS is not installed here: run `make run`, or "
        f"`{_install_hint()}` (NN = the version apt offers), or set DATABASE_URL to an existing server"
    )


def _without_postgis(major: int) -> str:
    return f"PostgreSQL {major} has no PostGIS: run `{_install_hint(major)}`, or set DATABASE_URL"


def _wrong_version(needed: int | None, found: list[Binaries], data: Path) -> str:
    here = ", ".join(str(binaries.major) for binaries in found) or "none"
    return (
        f"the database in {data} was made by PostgreSQL {needed}, installed here: {here}; "
        f"run `{_install_hint(needed)}`, or restore a backup into an empty data folder"
    )
