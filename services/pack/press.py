"""Opens the press, or says what the machine lacks: WeasyPrint needs libraries no Python package brings."""

from typing import TYPE_CHECKING

from projects.errors import SetupIncomplete
from services.pack.bench import Bench

if TYPE_CHECKING:
    from services.pack.printing import Press


def open_press(bench: Bench) -> "Press":
    """Return the press for the templates and language of a pack.

    Raises ``SetupIncomplete`` where Pango or HarfBuzz are missing, or every Chinese font.
    """
    try:
        from services.pack.printing import Press
    except OSError as error:
        raise SetupIncomplete(
            "本机缺少排版库（Pango、HarfBuzz），不能生成 PDF。请重新运行 make run 补齐后再试；"
            "Word 和其他材料照常可用。"
        ) from error
    return Press(bench.template, bench.request.language)
