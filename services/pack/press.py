"""Opens the press, or says what the machine lacks: WeasyPrint needs libraries no Python package brings."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from projects.errors import BadValue, SetupIncomplete
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


def one_page(
    bench: Bench, press: "Press", name: str, tries: Iterable[tuple[int, Mapping[str, Any]]]
) -> tuple[list[Any], int]:
    """Return the page of the first try that is one, and its number of rows.

    A try is a number of rows and what the template prints then. Raises ``BadValue`` where an office's own
    template makes all of them longer.
    """
    for rows, values in tries:
        pages = press.pages(name, **values)
        if len(pages) == 1:
            return pages, rows
    raise BadValue(f"领导一页放不进一页。请把模板 {bench.template.file(name)} 改短，或少列几节。")
