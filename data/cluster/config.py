"""The server's configuration files, written by the program and rewritten whenever they differ.

An office may tune the server with ALTER SYSTEM, which is read later and wins.
"""

from collections.abc import Mapping
from pathlib import Path

from data.cluster.account import Account
from data.cluster.model import ADMIN, APP, OWNER
from data.cluster.places import short_hash

MAP = "atlas"
FILE = "atlas.conf"

SETTINGS: Mapping[str, str] = {
    # An old office PC: little memory, a slow disk, power cuts. What is safe is said, to be seen.
    "shared_buffers": "128MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "max_connections": "60",
    "max_wal_size": "512MB",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "jit": "off",  # compiling costs more than it saves on queries of this size
    # "Today" is the office's day, wherever the computer thinks it is.
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %u@%d ",
    "unix_socket_permissions": "0700",
}


def server_title(data: Path) -> str:
    """Name shown in the title of every process of this server, so that they can be told from others."""
    return f"atlas-{short_hash(data)}"


def settings_text(data: Path, extra: Mapping[str, str]) -> str:
    """Return the text of the settings file."""
    values = {**SETTINGS, "cluster_name": server_title(data), **extra}
    lines = [f"{key} = '{value.replace(chr(39), chr(39) * 2)}'" for key, value in values.items()]
    return "\n".join(["# Written by the program at every start; use ALTER SYSTEM to tune.", *lines, ""])


def access_text(copied: bool = False) -> str:
    """Return pg_hba.conf: the three roles, over the socket, where the system vouches for the user.

    ``copied``: base copies of the whole server are made, by the superuser.
    """
    return (
        "# Written by the program at every start.\n"
        f"local all {ADMIN},{OWNER},{APP} peer map={MAP}\n"
        + (f"local replication {ADMIN} peer map={MAP}\n" if copied else "")
        + "local all all reject\n"
    )


def map_text(account: Account) -> str:
    """Return pg_ident.conf: the server's own user and root (who can become anybody) get the three roles."""
    users = dict.fromkeys(["root", account.name])
    rows = [f'{MAP} "{user}" {role}' for user in users for role in (ADMIN, OWNER, APP)]
    return "\n".join(["# Written by the program at every start.", *rows, ""])


def write_config(data: Path, account: Account, extra: Mapping[str, str]) -> None:
    """Write the files that differ from what they should be; OSError when the disk is full."""
    _write(data / FILE, settings_text(data, extra), account)
    _write(data / "pg_hba.conf", access_text("archive_command" in extra), account)
    _write(data / "pg_ident.conf", map_text(account), account)
    main = data / "postgresql.conf"
    include = f"include_if_exists = '{FILE}'\n"
    if include not in main.read_text(encoding="utf-8"):
        _write(main, main.read_text(encoding="utf-8") + "\n" + include, account)


def _write(path: Path, text: str, account: Account) -> None:
    """Replace a file in one step, so that a full disk or a kill leaves the old one."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    draft = path.with_name(path.name + ".new")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.chmod(0o600)
        account.give(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
