"""What the import pages say of a workbook that was a Monday list."""

from collections.abc import Mapping
from typing import Any

from views.notices import notice
from views.shell import Shell


def draw(shell: Shell, result: Mapping[str, Any]) -> None:
    """Say that the list counts as returned; nothing for any other file."""
    if result.get("round"):
        text = shell.translate("这是 {n} 号周一清单，已记为报回。").format(n=result["round"])
        notice(text, "info")
