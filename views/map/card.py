"""The project card: what is known of one record, how, and from where — and what nobody knows yet."""

from decimal import Decimal

import streamlit as st

from layers.html import element, escape
from projects.codes import Basis, Precision
from projects.record import Place, Record
from projects.summary import STORED_AS, Summary
from views import signs, state, words
from views.analysis.layers import card as land_use
from views.directories import card as named_in
from views.lifecycle import card as life_cycle
from views.map import card_office
from views.notices import notice
from views.shell import Shell, guarded

FACTS = (  # the lists of key projects stand with the life cycle below
    "kind",
    "quantity",
    "province",
    "prefecture",
    "county",
    "township",
    "zone",
    "address",
    "stage",
    "stage_words",
    "ownership",
    "delivery_mode",
    "approval_type",
    "promotion_stage",
    "open_to_capital",
    "capital_sought_wan",
    "land_status",
    "cooperation",
    "funding_status",
    "total_investment_wan",
    "beds",
    "floor_area_m2",
    "land_mu",
    "land_tenure",
    "land_use",
    "land_quota_mu",
    "land_quota_status",
    "planning_note",
    "jobs",
    "annual_output_wan",
    "project_code",
)
UNKNOWN = ("未明确", "未报", None, "")


def draw_card(shell: Shell, record: Record) -> None:
    """Draw a record's card with a button to close it and one to put it into the basket."""
    _ = shell.translate
    summary = record.summary
    st.html(element("div", _head(shell, summary), class_="atlas-card-head"))
    if summary.basis == Basis.MODELLED:
        notice(_("这条记录是模拟的：由模型提出，不是已定的项目。"), "scenario")
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="card-ways"):
        if shell.identity.signed_in:
            guarded(lambda: card_office.draw_ways(shell, summary.id), _)
        if summary.id in state.basket():
            st.button(
                _("移出选集"),
                key=f"unpick-{summary.id}-card",
                icon=":material/bookmark_remove:",
                on_click=state.drop_from_basket,
                args=([summary.id],),
            )
        else:
            st.button(
                _("加入选集"),
                key=f"pick-{summary.id}-card",
                icon=":material/bookmark_add:",
                on_click=state.put_in_basket,
                args=([summary.id],),
            )
        st.button(_("关闭"), key="close-card", icon=":material/close:", on_click=state.select, args=("",))
    with st.container(key="card"):
        st.html(
            _facts(shell, record)
            + _place(shell, record)
            + _programme(shell, record)
            + _sources(shell, record)
        )
        guarded(lambda: life_cycle.draw(shell, summary.id), _)
        guarded(lambda: named_in.draw(shell, summary.id), _)
        if shell.identity.signed_in:
            guarded(lambda: land_use.draw(shell, record), _)
            guarded(lambda: card_office.draw(shell, summary.id), _)


def _head(shell: Shell, summary: Summary) -> str:
    _ = shell.translate
    where = " · ".join(part for part in (summary.prefecture, summary.county, summary.township) if part)
    as_of = _("截至 {year} 年文件").format(year=summary.as_of_year) if summary.as_of_year else _("年份未明确")
    return element("div", signs.picture(summary.category, 30), class_="atlas-sign") + element(
        "div",
        element("h3", escape(summary.name)),
        element(
            "p",
            escape(f"{summary.id} · {words.category(summary.category, _)} · {where} · {as_of}"),
            class_="atlas-muted",
        ),
    )


def _facts(shell: Shell, record: Record) -> str:
    """Known facts as rows; everything unknown is named in one line, so that its absence is seen."""
    _ = shell.translate
    known, unknown = [], []
    for name in FACTS:
        value = getattr(record.summary, name)
        title = words.field(name, shell.language)
        if value in UNKNOWN:
            unknown.append(title)
        else:
            known.append(_row(title, _value(shell, name, value), _basis_of(shell, record, name)))
    known += _names(shell, record)
    missing = element(
        "p",
        escape(_("尚无人填报：{fields}").format(fields=words.joined(unknown, shell.language))),
        class_="atlas-unknown",
    )
    return element("table", *known, class_="atlas-facts") + (missing if unknown else "")


def _value(shell: Shell, name: str, value: object) -> str:
    if name in ("kind", *words.CODE_WORDS):
        return words.option_name(name, str(value), str(value), shell.translate)
    if isinstance(value, Decimal | int | float):
        return f"{value:,f}".rstrip("0").rstrip(".") if isinstance(value, Decimal | float) else f"{value:,}"
    return str(value)


def _names(shell: Shell, record: Record) -> list[str]:
    """Aliases, parties, parent and children, candidates."""
    _ = shell.translate
    rows = []
    if record.summary.aliases:
        rows.append(_row(_("别名"), "；".join(record.summary.aliases)))
    for role in dict.fromkeys(party.role for party in record.parties):
        units = [
            p.unit if p.printed in ("", p.unit) else f"{p.unit}（{p.printed}）"
            for p in record.parties
            if p.role == role
        ]
        rows.append(_row(words.role(role, _), "；".join(units)))
    if record.parent:
        rows.append(_row(_("属于"), f"{record.parent.name}（{record.parent.id}）"))
    if record.children:
        rows.append(_row(_("包括"), "；".join(f"{c.name}（{c.id}）" for c in record.children)))
    if record.candidates and not record.summary.county_code:
        rows.append(_row(_("县待认领，可能在"), words.joined(record.candidates, shell.language)))
    return rows


def _place(shell: Shell, record: Record) -> str:
    """How well the place is known, and every point with the numbers as entered."""
    _ = shell.translate
    summary = record.summary
    lines = [
        element(
            "p",
            escape(
                _("定位精度：{words}").format(
                    words=words.option_name("precision", str(summary.precision), "", _)
                )
            ),
        )
    ]
    if summary.precision in (Precision.COUNTY, Precision.REGION):
        lines.append(
            element(
                "p", escape(_("没有可信坐标，因此地图上不画点，只计入所在区域的标牌。")), class_="atlas-muted"
            )
        )
    lines += [_point(shell, place) for place in record.places]
    lines += [
        element("p", escape("⚠ " + words.issue(issue.code, _)), class_="atlas-flag")
        for issue in record.issues
    ]
    return element("h4", escape(_("位置"))) + "".join(lines)


def _point(shell: Shell, place: Place) -> str:
    _ = shell.translate
    parts = [
        place.address,
        place.note,
        _("录入坐标 {numbers}（{datum}），已换算为 WGS84").format(
            numbers=place.coordinates_entered, datum=place.datum_entered
        ),
        _("依据：{basis}；来源：{source}").format(
            basis=words.basis(place.basis, _), source=place.source or "—"
        ),
    ]
    return element("p", escape("　".join(part for part in parts if part)), class_="atlas-muted")


def _programme(shell: Shell, record: Record) -> str:
    """Slots of a programme: never counted as projects, always adding up."""
    _ = shell.translate
    slots = record.slots
    if slots is None:
        return ""
    text = _(
        "计划 {total} 个：未分配 {unassigned}，已认领 {claimed}，已落位 {placed}。"
        "文件没有给出名单和分县指标；名额不计为项目。"
    ).format(total=slots.total, unassigned=slots.unassigned, claimed=slots.claimed, placed=slots.placed)
    return element("h4", escape(_("计划名额"))) + element("p", escape(text))


def _sources(shell: Shell, record: Record) -> str:
    """Return the sentences that name the record, then where each value comes from."""
    _ = shell.translate
    quotes = [
        element(
            "blockquote",
            escape(f"“{link.quote}”"),
            element("footer", escape(f"{link.number} · {link.section}")),
        )
        for link in record.links
    ]
    values = [
        _row(
            words.field(p.field, shell.language),
            "；".join(part for part in (p.source, p.note) if part),
            words.basis(p.basis, _),
        )
        for p in record.provenance
    ]
    note = element("p", escape(record.summary.note), class_="atlas-muted") if record.summary.note else ""
    return (
        element("h4", escape(_("文件怎么说（{n} 处）").format(n=len(record.links))))
        + "".join(quotes)
        + note
        + element(
            "details",
            element("summary", escape(_("每个值的来源"))),
            element("table", *values, class_="atlas-facts"),
        )
    )


def _basis_of(shell: Shell, record: Record, name: str) -> str:
    """Return the basis of one value in words, "" where the value is the record's own wording."""
    keys = {name, STORED_AS.get(name, name)}
    found = next((p for p in record.provenance if p.field in keys), None)
    return words.basis(found.basis, shell.translate) if found else ""


def _row(title: str, value: str, basis: str = "") -> str:
    tag = element("span", escape(basis), class_="atlas-basis") if basis else ""
    return element("tr", element("th", escape(title)), element("td", escape(value) + tag))
