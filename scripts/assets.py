"""Copy the map's scripts, styles and fonts to `static/`, from which alone a page may load them.

    assets.py check            exit 0 when every file of assets.json is in place and of this lock
    assets.py copy SOURCE      copy from a folder laid out like node_modules
    assets.py pack TARGET      copy from static/ to a folder laid out like that (for make bundle)

A file lands at `static/<npm package>/<path inside the package>`; `assets.json` lists them. Standard library
only: this runs during set-up. Whatever else lies in `static/` (an office's own tiles) is left alone.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
_OUTSIDE = re.compile(rb"url\(\s*['\"]?(?:https?:)?//[^)]*\)")


def listed(manifest: Path) -> list[str]:
    """Return `package/path` of every file to copy, as `assets.json` lists them."""
    packages: dict[str, list[str]] = json.loads(manifest.read_text("utf-8"))
    return [f"{package}/{name}" for package, names in packages.items() for name in names]


def fingerprint(root: Path) -> str:
    """Return the hash of what decides the contents of `static/`: versions, list and this file."""
    sources = ("package-lock.json", "scripts/assets.json", "scripts/assets.py")
    return hashlib.sha256(b"\0".join((root / name).read_bytes() for name in sources)).hexdigest()


def without_outside_addresses(css: bytes) -> bytes:
    """Replace `url(//host/…)` by an empty one: a style must not send a reader's browser to another host."""
    return _OUTSIDE.sub(b'url("data:,")', css)


def copy(source: Path, static: Path, names: list[str]) -> None:
    """Copy the named files; raises `FileNotFoundError` naming the first that the source lacks."""
    for name in names:
        target = static / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".css"):
            target.write_bytes(without_outside_addresses((source / name).read_bytes()))
        else:
            shutil.copyfile(source / name, target)


def missing(static: Path, names: list[str], stamp: str) -> list[str]:
    """Return what is not in place; everything, when `static/` was filled from another lock."""
    mark = static / ".assets"
    if not mark.is_file() or mark.read_text("ascii") != stamp:
        return names
    return [name for name in names if not (static / name).is_file()]


def main(arguments: list[str]) -> int:
    """Run one of the two commands; see the top of this file."""
    names, stamp = listed(ROOT / "scripts" / "assets.json"), fingerprint(ROOT)
    if arguments == ["check"]:
        return 1 if missing(STATIC, names, stamp) else 0
    if len(arguments) != 2 or arguments[0] not in {"copy", "pack"}:
        print("usage: assets.py check | copy SOURCE | pack TARGET", file=sys.stderr)
        return 2
    other = Path(arguments[1])
    source, target = (other, STATIC) if arguments[0] == "copy" else (STATIC, other)
    try:
        copy(source, target, names)
        if target == STATIC:
            (STATIC / ".assets").write_text(stamp, "ascii")
    except OSError as error:
        print(f"map assets: {error}; free the disk or make the folder writable, and repeat", file=sys.stderr)
        return 1
    print(f"      {len(names)} files in {target.name}/")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
