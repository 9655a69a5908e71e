"""Small pieces that the tabs share: values with unknown said, tables, amounts, marks of made-up data."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from layers.html import element, escape
from projects.codes import Basis
from projects.values import plain
from views import marks, values, words
from views.i18n import Translate


def amount(value: Decimal | int | None, _: Translate) -> str:
    """Return a number with separators as text, unknown said."""
    return _("未知") if value is None else values.number(plain(Decimal(value)))


def cell(value: object, _: Translate) -> str:
    """Return a value as HTML; what is unknown is grey and says so."""
    if value in (None, ""):
        return element("i", escape(_("未填")), class_="atlas-nil")
    return escape(amount(value, _) if isinstance(value, Decimal | int) else value)


def table(
    heads: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: int = 1, all_first: bool = False
) -> str:
    """Return rows of HTML cells as a table; columns from ``numbers`` on stand to the right.

    With ``all_first`` the first row is the sum of the others.
    """
    top = element(
        "thead",
        element("tr", *(element("th", escape(h), **_side(n, numbers)) for n, h in enumerate(heads))),
    )
    body = (
        element(
            "tr",
            *(element("th" if n == 0 else "td", c, **_side(n, numbers)) for n, c in enumerate(row)),
            **({"class_": "atlas-all"} if all_first and number == 0 else {}),
        )
        for number, row in enumerate(rows)
    )
    whole = element("table", top, element("tbody", *body), class_="atlas-table")
    return element("div", whole, class_="atlas-scroll")


def _side(column: int, numbers: int) -> dict[str, str]:
    return {"class_": "atlas-n"} if column >= numbers else {}


def mark(basis: str, _: Translate) -> str:
    """Return a mark for a modelled or demo record, nothing for any other."""
    if basis not in (Basis.MODELLED, Basis.DEMO):
        return ""
    return " " + marks.tag(words.basis(basis, _), "warning")
