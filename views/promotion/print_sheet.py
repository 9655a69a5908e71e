"""A table as a page of its own that prints on one sheet of A4 across, without anything from elsewhere."""

from collections.abc import Sequence
from typing import Final

from layers.html import element, escape

_STYLE: Final = """
@page { size: A4 landscape; margin: 8mm; }
* { box-sizing: border-box; }
body { font: 7.6pt/1.22 "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; color: #22323f;
  margin: 0 auto; max-width: 281mm; }
h1 { font-size: 12pt; margin: 0 0 1.5mm; }
table { width: 100%; min-width: 0 !important; border-collapse: collapse; table-layout: fixed; }
col.atlas-what { width: 44mm; }
th, td { border: .2mm solid #b9c6d2; padding: .35mm 1mm; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; font-weight: 400; }
thead th { font-weight: 700; background: #edeff2; }
tr.atlas-differs td { background: #fdf7ea; }
tr { break-inside: avoid; }
a { color: inherit; text-decoration: none; }
i { font-style: normal; color: #6d7882; }
p { margin: .6mm 0 0; font-size: 6.8pt; color: #51606e; }
body { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
"""


def page(title: str, table: str, notes: Sequence[str], language: str) -> bytes:
    """Return a whole HTML page; ``table`` is HTML already, title and notes are escaped here."""
    head = element(
        "head",
        '<meta charset="utf-8">',
        element("title", escape(title)),
        f"<style>{_STYLE}</style>",
    )
    body = element(
        "body", element("h1", escape(title)), table, *(element("p", escape(note)) for note in notes)
    )
    whole = element("html", head, body, lang="en" if language == "en" else "zh")
    return f"<!DOCTYPE html>{whole}".encode()
