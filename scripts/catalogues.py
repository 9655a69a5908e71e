"""Compile every `.po` below `locale/` that is newer than its `.mo`: no system gettext is needed."""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def stale(folder: Path) -> list[Path]:
    """Return the catalogues whose compiled file is missing or older."""
    return [po for po in sorted(folder.glob("*/LC_MESSAGES/*.po")) if _older(po.with_suffix(".mo"), po)]


def _older(compiled: Path, source: Path) -> bool:
    return not compiled.is_file() or compiled.stat().st_mtime_ns < source.stat().st_mtime_ns


def compile_catalogue(po: Path) -> None:
    """Write the `.mo` beside a `.po`; raises `babel.messages.pofile.PoFileError` on a broken one."""
    with po.open("rb") as source:
        catalogue = read_po(source, abort_invalid=True)
    draft = po.with_suffix(".mo.new")
    with draft.open("wb") as target:
        write_mo(target, catalogue)
    draft.replace(po.with_suffix(".mo"))


if __name__ == "__main__":
    changed = stale(LOCALE)
    for path in changed:
        compile_catalogue(path)
    print(f"      {len(changed)} compiled" if changed else "      all there")
