"""Scorecards: ``scores?by=unit&at=440232``: how complete and punctual a county or unit is, part by part."""

from collections.abc import Sequence
from typing import Final, cast

import streamlit as st

from data.exports.request import ExportRequest, Language
from data.exports.scores import (
    FORMULA,
    component_name,
    field_name,
    joined,
    percent,
    scorecards_book,
    tie_words,
    unknown_words,
    unranked_words,
)
from data.exports.xlsx import MEDIA_TYPE
from layers.html import element, escape
from projects.scores.model import Component
from projects.scores.scoring import Card, Part, most_missing
from views import marks, office_style, ways, words
from views.map import filters
from views.notices import notice
from views.scores import scores_card, scores_weights
from views.scores.asked import ADDRESS, Asked, ask
from views.shell import Shell, guarded

SHOWN: Final = 300
"""Lines of the table: a prefecture or a province has fewer, the nation's 3,200 are nothing to read."""
CSS: Final = """<style>
.atlas-scores { max-height: 560px; overflow: auto; border: 1px solid #d3dbe1; border-radius: 5px; }
.atlas-scores table { width: 100%; border-collapse: separate; border-spacing: 0; font-size: .87rem; }
.atlas-scores th, .atlas-scores td { padding: .3rem .45rem; border-bottom: 1px solid #e4e9ee;
  text-align: right; vertical-align: top; font-variant-numeric: tabular-nums; }
.atlas-scores thead th { position: sticky; top: 0; background: #f5f7f9; font-weight: 500; z-index: 1; }
.atlas-scores .atlas-words { text-align: left; min-width: 7em; }
.atlas-scores td small { display: block; color: #51606e; font-size: .75rem; }
.atlas-scores tr.atlas-here td { background: #eef4f9; }
.atlas-scores b { font-size: 1rem; }
.atlas-scores thead th { white-space: nowrap; }
.atlas-scores td small.atlas-phone { display: none; }
@media (max-width: 640px) {
  .atlas-scores .atlas-more { display: none; }
  .atlas-scores td small.atlas-phone { display: block; }
}
</style>"""


def draw(shell: Shell) -> None:
    """Draw the whole page."""
    _ = shell.translate
    office_style.draw()
    st.html(CSS)
    for found in ADDRESS.take_over(shell):
        notice(words.param_issue(found, _))
    chosen = filters.ahead(shell)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="scores-head"):
        st.html(element("h2", escape(_("记分卡")), class_="atlas-title"), width="content")
        filters.draw_chips(shell, chosen)
    units = _by(shell)
    try:
        asked = ask(shell, chosen, units=units)  # counted while the choices of the filter are
    finally:
        with st.sidebar:
            filters.draw_filters(shell)
    if not asked.cards:
        ADDRESS.write(shell, chosen)
        notice(_nothing(shell, asked), "info")
        return
    at = scores_card.choose(shell, asked)
    ADDRESS.write(shell, chosen)
    guarded(lambda: _ranking(shell, asked, at), _)
    guarded(lambda: _download(shell, asked), _)
    card = asked.card(at) if at else None
    if card is not None:
        guarded(lambda: scores_card.draw(shell, asked, card), _)
    guarded(lambda: _formula(shell, asked), _)
    guarded(lambda: scores_weights.draw(shell, asked.weights), _)


def _nothing(shell: Shell, asked: Asked) -> str:
    """Return why there is no card."""
    _ = shell.translate
    if asked.withdrawn:
        return _("符合条件的 {n} 条记录都已退库，不计入得分。").format(n=f"{asked.withdrawn:,}")
    return _("没有记录符合全部条件。请去掉一两个条件，或点“清除全部条件”。")


def _by(shell: Shell) -> bool:
    """Draw the switch and return whether units are compared; the address may say so."""
    _ = shell.translate
    titles = {"area": _("按县（市、区）"), "unit": _("按责任单位")}
    found = ADDRESS.widget(
        "by",
        ADDRESS.one_of("by", titles),
        lambda key: st.segmented_control(
            _("比较什么"),
            list(titles),
            key=key,
            format_func=titles.__getitem__,
            label_visibility="collapsed",
            required=True,
        ),
    )
    return bool(found == "unit")


def _ranking(shell: Shell, asked: Asked, at: str) -> None:
    _ = shell.translate
    demo = sum(card.counted.demo for card in asked.cards)
    alike = _alike(shell, asked)
    lines = [_held(shell, asked)]
    if alike:
        lines.append(_("各行都一样：{said}。").format(said=joined(alike, shell.language == "zh")))
    st.html("".join(element("p", escape(line), class_="atlas-muted") for line in lines))
    if demo:
        notice(_("其中 {n} 条是演示数据，不是实际项目。").format(n=f"{demo:,}"), "scenario")
    shown = _shown(asked, at)
    rows = "".join(_row(shell, asked, card, at, alike) for card in shown)
    table = element("table", element("thead", _headings(shell, asked)), element("tbody", rows))
    st.html(element("div", table, class_="atlas-scores", tabindex="0"))
    if len(shown) < len(asked.cards):
        st.caption(
            _("这里列 {shown} 个，共 {n} 个：选一个省或地市看其余的，或导出 Excel，其中有全部。").format(
                shown=f"{len(shown):,}", n=f"{len(asked.cards):,}"
            )
        )


def _shown(asked: Asked, at: str) -> list[Card]:
    """Return the cards of the table: the first of the ranking, and the chosen one wherever it stands."""
    chosen = [card for card in asked.cards[SHOWN:] if at and card.counted.key == at]
    return [*asked.cards[:SHOWN], *chosen]


def _held(shell: Shell, asked: Asked) -> str:
    """Return how many records, lines and ranks there are, and what was left out."""
    _ = shell.translate
    said = _("{records} 条记录，{groups} 个，其中 {ranks} 个有名次；其余记录太少或已知的部分不足。").format(
        records=f"{sum(card.counted.records for card in asked.cards):,}",
        groups=len(asked.cards),
        ranks=sum(1 for card in asked.cards if card.rank),
    )
    left_out = _("另有 {n} 条退库的不计入。").format(n=f"{asked.withdrawn:,}") if asked.withdrawn else ""
    return " ".join(filter(None, (said, left_out))) if shell.language == "en" else said + left_out


def _alike(shell: Shell, asked: Asked) -> list[str]:
    """Return what has to be said of every line alike: it stands once above the table."""
    zh = shell.language == "zh"
    said = [unranked_words(card, zh) for card in asked.cards] if len(asked.cards) > 1 else [[]]
    common = [one for one in said[0] if all(one in others for others in said)]
    return [*common, *filter(None, [unknown_words(asked.never_known, zh)])]


def _headings(shell: Shell, asked: Asked) -> str:
    _ = shell.translate
    zh = shell.language == "zh"
    titles = [
        (_("名次"), ""),
        (_("责任单位") if asked.units else _("县（市、区）"), "atlas-words"),
        (_("记录"), ""),
        (_("得分"), ""),
        *((component_name(one, zh), "atlas-more") for one in Component),
        (_("最缺的"), "atlas-words atlas-more"),
    ]
    return element("tr", *(element("th", escape(title), class_=name, scope="col") for title, name in titles))


def _row(shell: Shell, asked: Asked, card: Card, at: str, alike: Sequence[str]) -> str:
    zh, held = shell.language == "zh", card.counted
    by = {"by": "unit"} if asked.units else {}
    name = held.name or shell.translate("没有归属地区或单位")
    link = (
        ways.anchor(shell, name, "scores", **asked.chosen.to_params(), **by, at=held.key)
        if held.key
        else escape(name)
    )
    said = [one for one in (*unranked_words(card, zh), tie_words(card, zh)) if one and one not in alike]
    unknown = [one for one in card.score.unknown if one not in asked.never_known]
    missing = (", " if not zh else "、").join(
        f"{field_name(one, zh)} {held.fields[one].missing:,}" for one in most_missing(held, asked.weights)
    )
    cells = [
        element("td", escape(card.rank if card.rank else "—")),
        element(
            "td",
            link,
            _parts_in_words(shell, card),
            _small(joined(said, zh)),
            _small(unknown_words(unknown, zh), class_="atlas-more"),
            class_="atlas-words",
        ),
        element("td", escape(f"{held.records:,}")),
        element("td", element("b", escape("—" if card.score.value is None else card.score.value))),
        *(element("td", _value(shell, part), class_="atlas-more") for part in card.score.parts),
        element("td", escape(missing or "—"), class_="atlas-words atlas-more"),
    ]
    return element("tr", *cells, **({"class_": "atlas-here"} if held.key and held.key == at else {}))


def _parts_in_words(shell: Shell, card: Card) -> str:
    """Return the parts in one line for a phone, where the columns have no room: no score without them."""
    parts = (
        f"{component_name(part.component, shell.language == 'zh')} "
        + (shell.translate("未知") if part.value is None else f"{percent(part)}%")
        for part in card.score.parts
    )
    return element("small", escape(" · ".join(parts)), class_="atlas-phone")


def _small(said: str, **attributes: str) -> str:
    return element("small", escape(said), **attributes) if said else ""


def _value(shell: Shell, part: Part) -> str:
    """Return a component in per cent with what it was counted over; unknown is said, never 0."""
    if part.value is None:
        return element("small", escape(shell.translate("未知")))
    return escape(f"{percent(part)}%") + element("small", escape(f"{part.counted:,} / {part.of:,}"))


def _download(shell: Shell, asked: Asked) -> None:
    _ = shell.translate
    title = _("记分卡（按责任单位）") if asked.units else _("记分卡（按县）")
    language = cast(Language, shell.language)
    request = ExportRequest.of(shell.settings, asked.chosen, language=language, title=title)
    day = f"{request.generated_at:%Y%m%d}"
    st.download_button(
        _("导出 Excel（含公式、权重和缺项）"),
        data=lambda: scorecards_book(shell.library, request, asked.cards, asked.weights, units=asked.units),
        file_name=request.file_name(f"{title}_{day}.xlsx"),
        mime=MEDIA_TYPE,
        key="scores-xlsx",
        on_click="ignore",
        icon=":material/download:",
    )


def _formula(shell: Shell, asked: Asked) -> None:
    """Draw how a score is made, with the present weights."""
    _ = shell.translate
    zh = shell.language == "zh"
    with st.expander(_("怎样计算")):
        lines = FORMULA["zh" if zh else "en"]
        st.html(element("ul", *(element("li", escape(line)) for line in lines), class_="atlas-plainlist"))
        for title, found in (
            (_("部分的权重"), {component_name(k, zh): v for k, v in asked.weights.components.items()}),
            (_("字段的权重"), {field_name(k, zh): v for k, v in asked.weights.fields.items()}),
        ):
            tags = " ".join(marks.tag(f"{name} {weight.normalize():f}") for name, weight in found.items())
            st.html(element("p", element("b", escape(title)), " ", tags, class_="atlas-sum"))
