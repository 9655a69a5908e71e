"""Under which system user the server runs, and starting programs as that user.

PostgreSQL refuses to run as root, so root hands its processes to the system user `postgres`.
"""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.cluster.model import ClusterError

SERVICE_USER = "postgres"
"""The system user that Debian's and most other packages create."""


@dataclass(frozen=True)
class Account:
    """A system user; `demoted` when it is not the user running this program."""

    name: str
    uid: int
    gid: int
    demoted: bool

    def credentials(self) -> dict[str, Any]:
        """Arguments that make `subprocess` start a program as this user."""
        if not self.demoted:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": os.getgrouplist(self.name, self.gid)}

    def give(self, path: Path) -> None:
        """Make this user the owner of a path that root has just made."""
        if self.demoted:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def is_root() -> bool:
    """Whether this program runs as root."""
    return os.geteuid() == 0


def server_account(data: Path) -> Account:
    """Return who runs the server: the owner of existing data, else this user, else (for root) `postgres`.

    Raises ClusterError when the data belong to somebody this user cannot act for.
    """
    owner = data.stat().st_uid if (data / "PG_VERSION").exists() else None
    if owner is None:
        return service_account() if is_root() else account_of(os.geteuid())
    if owner == 0:
        msg = f"{data} belongs to root, under which PostgreSQL refuses to run: chown -R {SERVICE_USER} {data}"
        raise ClusterError(msg)
    if not is_root() and owner != os.geteuid():
        whose = user_name(owner)
        msg = f"the database in {data} belongs to user {whose}: run as that user, or set DATABASE_URL"
        raise ClusterError(msg)
    return account_of(owner)


def account_of(uid: int) -> Account:
    """Return the account of a user id; PostgreSQL needs it to have a name."""
    import pwd

    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        msg = f"user id {uid} has no name on this computer: add it to /etc/passwd, or set DATABASE_URL"
        raise ClusterError(msg) from None
    return Account(entry.pw_name, uid, entry.pw_gid, demoted=uid != os.geteuid())


def service_account() -> Account:
    """Return the system user that serves root."""
    import pwd

    try:
        return account_of(pwd.getpwnam(SERVICE_USER).pw_uid)
    except KeyError:
        msg = (
            f"running as root needs a system user {SERVICE_USER}: run `useradd --system {SERVICE_USER}`, "
            "run as an ordinary user, or set DATABASE_URL"
        )
        raise ClusterError(msg) from None


def user_name(uid: int) -> str:
    """Name of a user id, or its number when it has none."""
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def clean_environment() -> dict[str, str]:
    """Return this program's environment without PG* (they would redirect the server) and in plain English."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}


def run_as(account: Account, command: list[str], seconds: float) -> subprocess.CompletedProcess[str]:
    """Run a command to its end as that user; standard output and error come back as one text."""
    return subprocess.run(  # noqa: S603 - programs found by this package, no shell
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
        timeout=seconds,
        check=False,
        cwd="/",
        env=clean_environment(),
        **account.credentials(),
    )


def may_enter(account: Account, folder: Path) -> bool:
    """Whether that user can reach a folder; the system is asked, so that every kind of permission counts."""
    return run_as(account, ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)], 20).returncode == 0
