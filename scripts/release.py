"""Look whether this checkout can be released as its version, and say what to type.

release.py            checks only; each line says what is right or what to do
release.py --fixture  also makes the data from which the next upgrade is tested (needs the practice database)

Nothing is committed, tagged or sent: the commands are printed for a person to run.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from data import migrate  # noqa: E402
from data.version import version  # noqa: E402

VERSION: Final = re.compile(r"\d+\.\d+\.\d+")
HEADING: Final = r"^## {} — \d{{4}}-\d{{2}}-\d{{2}}$"


@dataclass(frozen=True)
class Finding:
    """One condition of a release: whether it is met, and what it is or what to do."""

    met: bool
    words: str


def findings(root: Path, number: str, schema: str) -> Iterator[Finding]:
    """Yield every condition of releasing a checkout."""
    yield Finding(
        bool(VERSION.fullmatch(number)), f"version {number!r} in pyproject.toml (MAJOR.MINOR.PATCH)"
    )
    changed = git(root, "status", "--porcelain").splitlines()
    yield Finding(not changed, f"nothing uncommitted ({len(changed)} files; commit or stash them)")
    tags = git(root, "tag", "--list", f"v{number}").split()
    yield Finding(not tags, f"no tag v{number} yet (raise the version in pyproject.toml)")
    yield from _changelog(root, number)
    yield from _fixture(root, number, schema)


def _changelog(root: Path, number: str) -> Iterator[Finding]:
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    dated = re.search(HEADING.format(re.escape(number)), text, re.MULTILINE)
    yield Finding(bool(dated), f"CHANGELOG.md has a section '## {number} — YYYY-MM-DD'")
    _, found, after = text.partition("## Unreleased")
    rest = re.split(r"^## ", after, maxsplit=1, flags=re.MULTILINE)[0].strip()
    yield Finding(not found or not rest, "nothing stands under '## Unreleased' any more")


def _fixture(root: Path, number: str, schema: str) -> Iterator[Finding]:
    note = root / "tests" / "db" / "releases" / f"{number}.json"
    there = note.is_file() and note.with_name(f"{number}.dump.gz").is_file()
    yield Finding(
        there, f"data for the next upgrade test (tests/db/releases/{number}.*: --fixture makes them)"
    )
    if there:
        made = json.loads(note.read_text(encoding="utf-8"))["schema"]
        yield Finding(made == schema, f"they are of schema {schema} (they say {made})")


def git(root: Path, *arguments: str) -> str:
    """Return what git says."""
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def main(arguments: list[str]) -> int:
    """Check, and print what to type next; 0 when everything is met."""
    if arguments == ["--fixture"]:
        from data.settings import load
        from scripts.release_fixture import make

        print(f"made {make(load())}")
    elif arguments:
        print(__doc__, file=sys.stderr)
        return 2
    number, found = version(), list(findings(ROOT, version(), migrate.head()))
    for one in found:
        print(f"{'ok  ' if one.met else 'TODO'}  {one.words}")
    if not all(one.met for one in found):
        return 1
    print(f"\ngit tag -a v{number} -m 'Version {number}' && git push origin v{number}\nmake bundle")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
