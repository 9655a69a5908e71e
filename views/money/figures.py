"""Amounts and shares in words: exact 万元, short 亿元, unknown said."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import streamlit as st

from layers.html import element
from layers.palette import FUNDING
from projects.codes import FinanceStatus, FundingStatus
from projects.money.sums import Overview, Part, Rate, by_prefecture
from projects.values import plain
from views.i18n import Translate
from views.shell import Shell
from views.values import number

UNKNOWN: Final = "—"
_YI: Final = Decimal(10_000)
LINE_COLOURS: Final[Mapping[FinanceStatus, str]] = {
    FinanceStatus.PLANNED: "#d5dbe1",
    FinanceStatus.APPLIED: "#a9b8c6",
    FinanceStatus.APPROVED: FUNDING["部分落实"].colour,
    FinanceStatus.RECEIVED: FUNDING["部分到位"].colour,
    FinanceStatus.PAID: FUNDING["已到位"].colour,
}
"""Colour of a line's status in bars; the words stand beside."""


def wan(amount: Decimal | None) -> str:
    """Return an exact amount in 万元 with thousands separators, a dash for unknown.

    >>> wan(Decimal("12000.500000")), wan(None), wan(Decimal(0))
    ('12,000.5', '—', '0')
    """
    return UNKNOWN if amount is None else number(plain(amount))


def short(amount: Decimal, _: Translate) -> str:
    """Return an amount for a headline: 亿元 with two decimals from 10,000 万元 on, else exact 万元.

    >>> short(Decimal("1687350"), str), short(Decimal("800.5"), str)
    ('168.74 亿', '800.5 万元')
    """
    if abs(amount) < _YI:
        return _("{n} 万元").format(n=wan(amount))
    rounded = (amount / _YI).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return _("{n} 亿").format(n=f"{rounded:,}")


def percent(share: float | None) -> str:
    """Return a share as a percentage, a dash where nothing is known; never 100 for less than all.

    >>> percent(0.3333), percent(None), percent(0.99999), percent(1.0)
    ('33.3%', '—', '99.9%', '100.0%')
    """
    if share is None:
        return UNKNOWN
    shown = round(share * 100, 1)
    return f"{min(shown, 99.9) if share < 1 else shown:.1f}%"


def rate_note(rate: Rate, _: Translate) -> str:
    """Return over which projects a rate goes, how many of them are silent, and how many it leaves out."""
    if not rate.counted:
        return no_total(_)
    text = _("只算总投资已知的 {n} 个（其中 {s} 个没报资金，按未到位计）；{m} 个未知，没有计入")
    return text.format(n=f"{rate.counted:,}", s=f"{rate.silent:,}", m=f"{rate.left_out:,}")


def no_total(_: Translate) -> str:
    """Return why what rests on totals cannot be reckoned."""
    return _("没有总投资已知的项目，算不出")


def area_title(part: Part, of_counties: bool, _: Translate) -> str:
    """Return the name of an area's row; among counties a wider area holds what no county is known for."""
    if part.code is None or not part.level:
        return _("未注明地区")
    if of_counties and part.level in ("prefecture", "province"):
        return _("{name}（县未定）").format(name=part.name)
    return part.name


def area_parts(shell: Shell, overview: Overview, key: str) -> tuple[Part, ...]:
    """Draw the switch between counties and prefectures, where there are several, and return the rows."""
    _ = shell.translate
    if len({part.prefecture for part in overview.by_area}) < 2:
        return overview.by_area
    titles = {"county": _("到县"), "prefecture": _("到地市")}
    st.session_state.setdefault(f"funding-{key}-level", "county")
    chosen = st.segmented_control(
        _("级别"),
        list(titles),
        key=f"funding-{key}-level",
        format_func=titles.__getitem__,
        label_visibility="collapsed",
        required=True,
    )
    return by_prefecture(overview) if chosen == "prefecture" else overview.by_area


def bar(pieces: list[tuple[str, float, str]]) -> str:
    """Return a stacked bar as HTML: (colour, share 0–1, words) each; nothing for no pieces."""
    inner = "".join(
        element("i", style=f"width:{100 * share:.2f}%;background:{colour}", title=words)
        for colour, share, words in pieces
        if share > 0
    )
    return element("span", inner, class_="atlas-stack") if inner else ""


def status_bar(counts: Mapping[FundingStatus, int], _: Translate) -> str:
    """Return the projects of a row by funding status as a bar."""
    whole = sum(counts.values())
    return bar(
        [
            (FUNDING[status].colour, counts[status] / whole, f"{_(str(status))} {counts[status]}")
            for status in FundingStatus
            if counts.get(status)
        ]
    )


def status_key(_: Translate) -> str:
    """Return the key to ``status_bar``: colour and word of each status."""
    return _key([(FUNDING[s].colour, _(str(s))) for s in FundingStatus])


def line_key(_: Translate) -> str:
    """Return the key to bars of line statuses."""
    return _key([(colour, _(str(status))) for status, colour in LINE_COLOURS.items()])


def _key(rows: list[tuple[str, str]]) -> str:
    items = (
        element("span", element("i", style=f"background:{colour}"), text, class_="atlas-key")
        for colour, text in rows
    )
    return element("p", *items, class_="atlas-keys")
