"""One county's or unit's scorecard: its parts and their sum, missing fields, records that lack one."""

from decimal import Decimal
from fractions import Fraction
from typing import Final

import streamlit as st

from data.exports.scores import (
    component_name,
    field_name,
    percent,
    tie_words,
    unknown_words,
    unranked_words,
)
from layers.html import clean_text, element, escape
from projects.scores.model import CheckedField, Component, Lacking
from projects.scores.scoring import Card, Part
from views import ways
from views.scores.asked import ADDRESS, BULK, Asked
from views.shell import Shell

FIELD: Final = "scores-field"
SHOWN: Final = 50


def choose(shell: Shell, asked: Asked) -> str:
    """Draw the choice of a county or unit and return its key, "" for none; the address may name one."""
    _ = shell.translate
    names = {card.counted.key: card.counted.name for card in asked.cards if card.counted.key}
    held, key = ADDRESS.held()["at"], ADDRESS.key("at")
    if st.session_state.get(key, held) not in names:
        st.session_state[key] = None
    found = ADDRESS.widget(
        "at",
        held or None,
        lambda key: st.selectbox(
            _("看哪一个的明细"),
            list(names),
            index=None,
            key=key,
            format_func=lambda one: clean_text(_("{name}（{code}）").format(name=names[one], code=one)),
            placeholder=_("选一个县或单位，看每一部分和缺的字段"),
        ),
        lambda one: one or "",
    )
    return found or ""


def draw(shell: Shell, asked: Asked, card: Card) -> None:
    """Draw the card."""
    _ = shell.translate
    score = "—" if card.score.value is None else str(card.score.value)
    rank = _("第 {n} 名").format(n=card.rank) if card.rank else _("不排名")
    title = f"{card.counted.name} · {score} · {rank}"
    st.html(element("h3", escape(title), class_="atlas-heading"))
    zh = shell.language == "zh"
    if card.tied:
        st.html(element("p", escape(tie_words(card, zh)), class_="atlas-muted"))
    for said in filter(None, (*unranked_words(card, zh), unknown_words(card.score.unknown, zh))):
        st.html(element("p", escape(said), class_="atlas-flag"))
    st.html(_parts(shell, card) + element("p", escape(sum_in_words(card)), class_="atlas-muted"))
    _missing(shell, asked, card)


def sum_in_words(card: Card) -> str:
    """Return the formula with this card's numbers, so that anybody can check it by hand."""
    known = [(part.weight, part.value) for part in card.score.parts if part.value is not None and part.weight]
    if card.score.value is None or not known:
        return ""
    terms = " + ".join(f"{_short(weight)}×{_rounded(value)}" for weight, value in known)
    of = " + ".join(_short(weight) for weight, _value in known)
    return f"100 × ({terms}) ÷ ({of}) = {card.score.value}"


def _short(weight: Decimal) -> str:
    return f"{weight.normalize():f}"


def _rounded(value: Fraction) -> str:
    return f"{float(value):.4f}"


def _parts(shell: Shell, card: Card) -> str:
    """Return the parts as a table: value, over what it was counted, weight."""
    _ = shell.translate
    zh = shell.language == "zh"
    titles = (_("部分"), _("分值"), _("数 / 共"), _("权重"))
    rows = [
        (
            component_name(part.component, zh),
            _("未知") if part.value is None else f"{percent(part)}%",
            f"{part.counted:,} / {part.of:,}" if part.of else _none_of(shell, card, part),
            _short(part.weight),
        )
        for part in card.score.parts
    ]
    return _table(titles, [[escape(cell) for cell in row] for row in rows])


def _none_of(shell: Shell, card: Card, part: Part) -> str:
    """Return why nothing could be counted: targets there may be, though none can be judged."""
    held = card.counted.targets
    if part.component is not Component.TARGETS or held is None:
        return "—"
    return shell.translate("有 {n} 个目标，都还不能计算").format(n=held.total)


def _missing(shell: Shell, asked: Asked, card: Card) -> None:
    """Draw the missing fields with their counts, and the records that lack the chosen one."""
    _, zh = shell.translate, shell.language == "zh"
    found = {one: known for one, known in card.counted.fields.items() if known.wanted}
    order = sorted(
        found, key=lambda one: (-asked.weights.fields.get(one, Decimal(0)) * found[one].missing, one)
    )
    titles = (_("字段"), _("权重"), _("应填"), _("已填"), _("缺"), "")
    rows = [
        [
            escape(field_name(one, zh)),
            escape(_short(asked.weights.fields.get(one, Decimal(0)))),
            *(escape(f"{n:,}") for n in (found[one].wanted, found[one].known, found[one].missing)),
            _fill_in(shell, asked, card, one) if found[one].missing else "",
        ]
        for one in order
    ]
    st.html(_table(titles, rows))
    lacking = [one for one in order if found[one].missing]
    if not lacking:
        return
    if st.session_state.get(FIELD) not in lacking:
        st.session_state[FIELD] = None
    field = st.selectbox(
        _("哪些记录缺这一项"),
        lacking,
        index=None,
        key=FIELD,
        format_func=lambda one: field_name(one, zh),
        placeholder=_("选一个字段"),
    )
    if field is not None:
        _records(shell, asked, card, field)


def _fill_in(shell: Shell, asked: Asked, card: Card, field: CheckedField) -> str:
    """Return the way to where a field is filled in for many records, for whoever may."""
    _ = shell.translate
    unit = card.counted.key
    if not shell.identity.edits or not (asked.units or card.counted.level == "county"):
        return ""
    if field in BULK:
        return ways.anchor(shell, _("批量填写"), "bulk", unit=unit, missing=BULK[field])
    return ways.anchor(shell, _("下载填报表"), "home", unit=unit)


def _records(shell: Shell, asked: Asked, card: Card, field: CheckedField) -> None:
    """Draw the first records that lack a field, each with a way to it, and all of them on the map."""
    _ = shell.translate
    key = card.counted.key
    where = {"unit": key} if asked.units else {"area": key}
    found = shell.scorecards.lacking(asked.chosen, field, limit=SHOWN, **where)
    items = "".join(element("li", _record(shell, one)) for one in found)
    st.html(element("ul", items, class_="atlas-plainlist"))
    more = card.counted.fields[field].missing - len(found)
    if more > 0:
        st.caption(_("另有 {n} 条未列出；导出的表里有各字段的数目。").format(n=more))
    if found:
        ways.link(
            shell, _("在地图上看这些记录"), ways.MAP, ":material/map:", ids=",".join(one.id for one in found)
        )


def _record(shell: Shell, one: Lacking) -> str:
    if not shell.identity.signed_in:
        return escape(f"{one.id} {one.name}")
    return ways.anchor(shell, f"{one.id} {one.name}", "edit", id=one.id)


def _table(titles: tuple[str, ...], rows: list[list[str]]) -> str:
    """Return a small table; cells are HTML already, the first column holds words."""
    names = ("atlas-words", *("" for _title in titles[1:]))
    head = element(
        "tr",
        *(
            element("th", escape(title), scope="col", class_=name)
            for title, name in zip(titles, names, strict=True)
        ),
    )
    body = "".join(
        element("tr", element("td", row[0], class_="atlas-words"), *(element("td", cell) for cell in row[1:]))
        for row in rows
    )
    return element(
        "div", element("table", element("thead", head), element("tbody", body)), class_="atlas-scores"
    )
