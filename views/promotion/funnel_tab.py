"""漏斗: from signing to operation, by county and by period; the rule stands on the page."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, cast
from zoneinfo import ZoneInfo

import streamlit as st

from data.exports import promotion as workbooks
from data.exports import promotion_columns as columns
from data.exports.request import ExportRequest, Language
from data.exports.xlsx import MEDIA_TYPE
from layers.html import element, escape
from projects.codes import Level
from projects.filters import ProjectFilter
from projects.promotion.funnel import EARLIEST, LATEST, Ask, Cohort, Funnel, Grain, Rate
from projects.promotion.ports import Promotion
from views import state
from views.i18n import Translate
from views.notices import notice
from views.promotion import address, cells
from views.shell import Shell

AREAS_SHOWN: Final = 60
YEARS_BACK: Final = 2
"""A bare address asks for this year and so many before it."""


def draw(shell: Shell, promotion: Promotion, chosen: ProjectFilter) -> None:
    """Draw the tab."""
    _ = shell.translate
    ask = _ask(shell)
    if not ask.sensible:
        notice(
            _("起始日 {first} 晚于结束日 {last}：请改其中一个。").format(first=ask.first, last=ask.last),
            "error",
        )
        return
    found = promotion.funnel(chosen, ask)
    whole = found.whole
    _tell(whole, _)
    if whole.signed:
        st.html(bars(whole, _))
        st.html(element("p", escape(money_words(whole, _)), class_="atlas-sum"))
    _table(shell, _("分地区"), _("地区"), whole, found.by_area)
    _table(shell, _("按签约时间"), _("签约时间"), whole, found.by_period)
    if any(map(_starred, (whole, *found.by_area[:AREAS_SHOWN], *found.by_period[:AREAS_SHOWN]))):
        st.html(element("p", escape(_("* 签约不足 10 个。")), class_="atlas-muted"))
    with st.expander(_("怎么算的")):
        for pair in columns.CAVEATS["funnel"]:
            st.html(element("p", escape(pair[shell.language == "en"])))
    _export(shell, chosen, found)


# ---- what is asked ----


def today() -> date:
    """Return the office's date."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def _ask(shell: Shell) -> Ask:
    _ = shell.translate
    now = today()
    names = {Grain.YEAR: _("按年"), Grain.QUARTER: _("按季"), Grain.MONTH: _("按月")}
    with st.container(horizontal=True, vertical_alignment="bottom", key="funnel-ask"):
        first = _day("from", _("签约时间从"), date(now.year - YEARS_BACK, 1, 1))
        last = _day("to", _("到"), now)
        as_of = _day("asof", _("各步截至"), now)
        asked = address.held()["split"]
        grain = Grain(asked) if asked in set(Grain) else Grain.YEAR
        state.sync_captions(address.key("split"), {names[grain]: grain})
        split = address.widget(
            "split",
            grain,
            lambda key: st.segmented_control(
                _("分期"), list(names), key=key, format_func=names.__getitem__, required=True
            ),
        )
    return Ask(first, last, as_of, Grain(split or Grain.YEAR))


def _day(name: str, label: str, usual: date) -> date:
    """Draw the choice of a day; it is always written, so that a link means the same tomorrow."""
    found = address.widget(
        name,
        read_day(address.held()[name]) or usual,
        lambda key: st.date_input(
            label, key=key, min_value=EARLIEST, max_value=LATEST, format="YYYY-MM-DD", width=150
        ),
        lambda day: str(day or usual),
    )
    return found if isinstance(found, date) else usual


def read_day(text: str) -> date | None:
    """Return a day of the address, None for anything that is none of a sensible year.

    >>> read_day("2026-05-01"), read_day("20217-01-01"), read_day("<b>")
    (datetime.date(2026, 5, 1), None, None)
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


# ---- what is answered ----


def _tell(whole: Cohort, _: Translate) -> None:
    """Say what the rates rest on and what is left out."""
    if not whole.signed:
        notice(_("这段时间内没有带签约日期的项目，比率无从计算。"), "info")
    elif whole.few:
        notice(_("签约项目只有 {n} 个，比率起落很大，请看个数。").format(n=whole.signed), "info")
    if whole.undated:
        notice(
            _("另有 {n} 个项目的招商阶段已到签约或更后，但没有签约日期，不归入任何时间，未计入。").format(
                n=whole.undated
            )
        )
    if whole.made_up:
        notice(_("其中 {n} 个为模拟或演示数据。").format(n=whole.made_up), "scenario")


def bars(whole: Cohort, _: Translate) -> str:
    """Return the funnel as bars: full for steps with a date, hatched for those that a later step implies."""
    lines = [_bar(_("签约"), (whole.signed, 0, whole.signed), _("{n} 个").format(n=whole.signed))]
    for (zh, _en), n, implied, alone, rate in zip(
        columns.STEPS, whole.reached, whole.implied, whole.stage_only, whole.rates, strict=True
    ):
        words = _("{n} 个 · {rate}").format(n=n, rate=percent(rate))
        if implied:
            words += _("（{n} 个推得）").format(n=implied)
        if alone:
            words += _("；{n} 个仅有阶段").format(n=alone)
        lines.append(_bar(_(zh), (n - implied, implied, whole.signed), words))
    return "".join(lines)


def _bar(name: str, parts: tuple[int, int, int], words: str) -> str:
    dated, implied, all_of = parts
    share = [f"width:{100 * n / all_of:.2f}%" for n in (dated, implied)]
    track = f'<i style="{share[0]}"></i>' + (
        f'<i class="atlas-implied" style="{share[1]}"></i>' if implied else ""
    )
    return element(
        "div",
        element("b", escape(name)),
        element("span", track, class_="atlas-track"),
        element("em", escape(words)),
        class_="atlas-step",
    )


def percent(rate: Rate) -> str:
    """Return a rate as text, a dash where there is nothing to divide by.

    >>> from decimal import Decimal
    >>> percent(Rate(Decimal(1), Decimal(8))), percent(Rate(Decimal(0), Decimal(0)))
    ('12.5%', '—')
    """
    return "—" if rate.percent is None else f"{rate.percent}%"


def money_words(whole: Cohort, _: Translate) -> str:
    """Return 资金到位率 with over how many records it goes and how many are left out."""
    if whole.money.percent is None:
        return _(
            "资金到位率未知：{known} 个总投资已知，其中 {silent} 个未报资金；{out} 个总投资未知。"
        ).format(known=whole.known, silent=whole.silent, out=whole.left_out)
    text = _(
        "资金到位率 {rate}：到位和支付 {part} 万元，总投资 {all} 万元，{known} 个总投资已知；"
        "{out} 个未知，未计入。"
    )
    told = text.format(
        rate=percent(whole.money),
        part=cells.amount(whole.received, _),
        all=cells.amount(whole.total, _),
        known=whole.known,
        out=whole.left_out,
    )
    return told + (_("其中 {n} 个未报资金，按未到位计。").format(n=whole.silent) if whole.silent else "")


def _table(shell: Shell, title: str, first: str, whole: Cohort, parts: Sequence[Cohort]) -> None:
    _ = shell.translate
    if not parts:
        return
    st.html(element("h3", escape(title), class_="atlas-heading"))
    heads = [
        first,
        _("签约"),
        *(name for zh, _en in columns.STEPS for name in (_(zh), _("{step}率").format(step=_(zh)))),
        _("资金到位率"),
        _("总投资未知"),
        _("无签约日期"),
    ]
    zh = shell.language != "en"
    rows = [_row(_("合计"), whole)]
    rows += [_row(one.name if one.key else columns.area_name(one, zh), one) for one in parts[:AREAS_SHOWN]]
    st.html(cells.table(heads, rows, all_first=True))
    if len(parts) > AREAS_SHOWN:
        st.caption(_("另有 {n} 行，见导出的工作簿。").format(n=len(parts) - AREAS_SHOWN))


def _row(name: str, one: Cohort) -> list[str]:
    counts = zip(one.reached, one.rates, strict=True)
    code = {"title": one.key} if one.level in set(Level) else {}
    return [
        element("span", escape(name + ("*" if _starred(one) else "")), class_="atlas-name", **code),
        str(one.signed),
        *(cell for n, rate in counts for cell in (str(n), percent(rate))),
        percent(one.money),
        str(one.left_out),
        "" if one.level in set(Grain) else str(one.undated),
    ]


def _starred(one: Cohort) -> bool:
    """Whether a row's rates rest on few records; without any there is no rate to doubt."""
    return one.few and one.signed > 0


def _export(shell: Shell, chosen: ProjectFilter, found: Funnel) -> None:
    _ = shell.translate
    request = ExportRequest.of(
        shell.settings, chosen, language=cast(Language, shell.language), title=_("招商漏斗")
    )
    st.download_button(
        _("导出 Excel"),
        data=lambda: workbooks.funnel_book(shell.library, request, found),
        file_name=request.file_name(_("招商漏斗.xlsx")),
        mime=MEDIA_TYPE,
        key="funnel-xlsx",
        icon=":material/download:",
        on_click="ignore",
    )
