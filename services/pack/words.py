"""The words of printed sheets: values cut and cleaned, numbers, areas, marks that tell a value's basis."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from layers.html import clean_text
from projects.codes import BASIS_ZH, CATEGORY_ZH, Basis, Category
from projects.fields import title as field_title
from projects.summary import Summary, heading
from projects.values import plain
from services.pack.bench import Bench

MARKS: Final[Mapping[Basis, tuple[str, str]]] = {
    Basis.DOCUMENTED: ("文", "D"),
    Basis.REPORTED: ("报", "R"),
    Basis.DERIVED: ("推", "P"),
    Basis.MODELLED: ("模", "M"),
    Basis.DEMO: ("演", "X"),
}
"""The sign behind a value that tells how it is known; the foot of each page explains them."""
BASIS_EN: Final[Mapping[Basis, str]] = {
    Basis.DOCUMENTED: "stated in the document",
    Basis.REPORTED: "reported by an office",
    Basis.DERIVED: "derived from public data",
    Basis.MODELLED: "modelled",
    Basis.DEMO: "practice data",
}


def cut(text: str, longest: int) -> str:
    r"""Return text on one line, without signs that steer a layout, cut where it is too long.

    >>> cut("a" + chr(0x202E) + "b\n" + "c" * 9, 6)
    'ab ccc…'
    """
    clean = clean_text(text)
    return clean if len(clean) <= longest else clean[:longest].rstrip() + "…"


def category_name(bench: Bench, code: str) -> str:
    """Return the name of a category in the language of the pack."""
    known = CATEGORY_ZH.get(Category(code)) if code in set(Category) else None
    return bench.words(known or CATEGORY_ZH[Category.OTHER])


def where(bench: Bench, summary: Summary) -> str:
    """Return the areas of a record from wide to narrow, or that nobody knows."""
    parts = [p for p in (summary.prefecture, summary.county, summary.township) if p]
    if summary.zone:
        parts.append(summary.zone)
    known = " · ".join(dict.fromkeys(parts)) or (summary.province or "")
    return cut(known, 120) or bench.pick("地点未知", "place unknown")


def legend(bench: Bench) -> str:
    """Return what the marks behind the values mean.

    Practice marks are explained in a practice database alone.
    """
    shown = [b for b in Basis if b is not Basis.DEMO or bench.request.practice]
    en = bench.request.language == "en"
    words = (f"[{MARKS[b][en]}] {BASIS_EN[b] if en else BASIS_ZH[b]}" for b in shown)
    return ("; " if en else "；").join(words)


def number(value: Decimal | float) -> str:
    """Return a number with thousands separators, as many decimals as it has.

    >>> number(Decimal("12000.500000")), number(7)
    ('12,000.5', '7')
    """
    whole, dot, decimals = plain(Decimal(str(value))).partition(".")
    return f"{int(whole):,}{dot}{decimals}" if whole != "-0" else f"-0{dot}{decimals}"


def field_words(name: str, language: str) -> str:
    """Return the heading of a published field, else what the form calls a stored one."""
    try:
        return heading(name, language)
    except KeyError:
        return field_title(name, language)
