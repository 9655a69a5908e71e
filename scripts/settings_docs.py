"""Write `.env.example` and README's table (between its `settings` markers) from data/settings.py."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from data.settings import as_env_example, as_markdown  # noqa: E402

_BLOCK = re.compile(r"(<!-- settings -->\n).*?(<!-- /settings -->)", re.DOTALL)


def with_table(readme: str, table: str) -> str:
    """Return README's text with the table between its markers; raises `ValueError` when it has none."""
    if _BLOCK.search(readme) is None:
        raise ValueError("README.md has no <!-- settings --> … <!-- /settings --> block")
    return _BLOCK.sub(lambda block: block[1] + table + block[2], readme)


if __name__ == "__main__":
    (ROOT / ".env.example").write_text(as_env_example(), "utf-8")
    readme_path = ROOT / "README.md"
    readme_path.write_text(with_table(readme_path.read_text("utf-8"), as_markdown()), "utf-8")
