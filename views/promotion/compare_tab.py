"""比选: two to six hand-picked sites side by side, for one investor; the link reproduces it."""

from collections.abc import Sequence
from typing import Final, cast

import streamlit as st

from data.exports import promotion as workbooks
from data.exports import promotion_columns as columns
from data.exports.request import ExportRequest, Language
from data.exports.xlsx import MEDIA_TYPE
from layers.html import clean_text, element, escape
from projects.filters import ProjectFilter
from projects.promotion import comparing
from projects.promotion.comparing import FEWEST, MOST, Row, Site, picked
from projects.promotion.ports import Promotion
from projects.values import RECORD_ID
from views import state, values, ways
from views.notices import notice
from views.promotion import address, cells, print_sheet
from views.shell import Shell, credit

ON_PAPER: Final = 420
"""Characters of one row that fit the printed page, shared by its sites."""


def draw(shell: Shell, promotion: Promotion, _chosen: ProjectFilter) -> None:
    """Draw the tab; the filter plays no part, the sites are picked by hand."""
    _ = shell.translate
    asked = address.listed("compare")
    ids = picked(key for key in asked if RECORD_ID.fullmatch(key))
    sites = promotion.sites(ids) if ids else ()
    _tell(shell, asked, ids, sites)
    _choose(shell, sites)
    if len(sites) < FEWEST:
        notice(
            _("请选 {few} 至 {most} 个项目：在“招商机会”中勾选，从选集取，或在此填编号。").format(
                few=FEWEST, most=MOST
            ),
            "info",
        )
        return
    st.html(element("div", table(shell, sites), class_="atlas-scroll"))
    for sentence in caveats(shell):
        st.caption(sentence)
    _downloads(shell, sites)


def _tell(shell: Shell, asked: Sequence[str], ids: Sequence[str], sites: Sequence[Site]) -> None:
    """Say which of the sites in the address are not in the table."""
    _ = shell.translate
    found = {site.facts.id for site in sites}
    unknown = [key for key in asked if not RECORD_ID.fullmatch(key)] + [k for k in ids if k not in found]
    if unknown:
        notice(
            _("没有找到或未公开：{ids}。请核对编号，例如 {example}。").format(
                ids="、".join(key[:40] for key in unknown[:MOST]), example=values.example_id(shell)
            )
        )
    extra = [key for key in asked if RECORD_ID.fullmatch(key) and key not in ids]
    if extra:
        notice(_("一次最多比 {most} 个，未列入：{ids}。").format(most=MOST, ids="、".join(extra[:MOST])))


def _choose(shell: Shell, sites: Sequence[Site]) -> None:
    """Draw the ways to take a site in and out."""
    _ = shell.translate
    basket = state.basket()
    with st.container(horizontal=True, vertical_alignment="bottom", key="compare-choose"):
        st.text_input(
            _("加入编号"),
            key=_TYPED,
            placeholder=values.example_id(shell),
            max_chars=40,
            width=170,
            on_change=_add_typed,
        )
        st.button(
            _("从选集取（{n} 条）").format(n=len(basket)),
            key="compare-basket",
            disabled=not basket,
            on_click=_set,
            args=(basket[:MOST],),
            icon=":material/bookmark:",
        )
        for site in sites:
            st.button(
                f"✕ {site.facts.id}",
                key=f"compare-drop-{site.facts.id}",
                type="tertiary",
                help=_("移出比选"),
                on_click=_set,
                args=([one.facts.id for one in sites if one is not site],),
            )


_TYPED: Final = "promotion-typed"


def _add_typed() -> None:
    typed = str(st.session_state.get(_TYPED) or "").upper().replace("，", ",").split(",")
    _set([*address.listed("compare"), *(part.strip() for part in typed)])
    st.session_state[_TYPED] = ""


def _set(ids: Sequence[str]) -> None:
    address.put("compare", ",".join(key for key in dict.fromkeys(ids) if key))


# ---- the table ----


def table(shell: Shell, sites: Sequence[Site], longest: int = 0) -> str:
    """Return the comparison as HTML; rows in which the sites differ stand on a coloured ground.

    ``longest`` cuts texts visibly after so many characters, for paper; 0 leaves them whole.
    """
    _ = shell.translate
    zh = shell.language != "en"
    heads = (
        element(
            "th",
            ways.anchor(shell, site.facts.name, "map", id=site.facts.id),
            element("div", escape(site.facts.id), class_="atlas-muted"),
            cells.mark(site.facts.basis, _),
        )
        for site in sites
    )
    body = (
        element(
            "tr",
            element("th", escape(columns.label(row.attribute, zh))),
            *(element("td", _value(shell, row, value, longest)) for value in row.values),
            **({"class_": "atlas-differs"} if row.differs else {}),
        )
        for row in comparing.rows(sites)
    )
    return element(
        "table",
        element("colgroup", element("col", class_="atlas-what")),
        element("thead", element("tr", element("th", ""), *heads)),
        element("tbody", *body),
        class_="atlas-compare",
        style=f"min-width: {10 + 9 * len(sites)}em",
    )


def _value(shell: Shell, row: Row, value: comparing.Value, longest: int) -> str:
    _ = shell.translate
    if value is None:
        return element("i", escape(_("未知")), class_="atlas-nil")
    shown = columns.shown(value, row.attribute.type, _)
    if longest and isinstance(shown, str) and len(shown) > longest:
        shown = shown[:longest] + _("…（全文见 Excel）")
    return cells.cell(shown, _)


def caveats(shell: Shell) -> list[str]:
    """Return how to read a comparison, in the page's language."""
    _ = shell.translate
    ground = _("底色标出各项目不同的行；未知与任何值都不同。")
    return [ground, *(pair[shell.language == "en"] for pair in columns.CAVEATS["comparison"])]


def _downloads(shell: Shell, sites: Sequence[Site]) -> None:
    _ = shell.translate
    ids = tuple(site.facts.id for site in sites)
    request = ExportRequest.of(
        shell.settings,
        ProjectFilter(ids=ids),
        language=cast(Language, shell.language),
        title=_("项目比选"),
    )
    with st.container(horizontal=True):
        st.download_button(
            _("导出 Excel"),
            data=lambda: workbooks.comparison_book(shell.library, request, sites, _),
            file_name=request.file_name(_("项目比选.xlsx")),
            mime=MEDIA_TYPE,
            key="compare-xlsx",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            _("打印版（A4 横向一页）"),
            data=lambda: print_sheet.page(
                clean_text(request.heading),
                table(shell, sites, ON_PAPER // len(sites)),
                [*caveats(shell), _made(shell, request)],
                shell.language,
            ),
            file_name=request.file_name(_("项目比选.html")),
            mime="text/html",
            key="compare-print",
            icon=":material/print:",
            on_click="ignore",
        )


def _made(shell: Shell, request: ExportRequest) -> str:
    return shell.translate("{credit} · 生成于 {when} · 数据版本 {version}").format(
        credit=credit(shell), when=f"{request.generated_at:%Y-%m-%d %H:%M}", version=shell.version
    )
