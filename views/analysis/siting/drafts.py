"""Chosen sites as drafts of new records: stage 储备, not published, modelled.

Nothing is filed before somebody opens, completes and files each of them (``edit?new=new-…``). A draft says
that it is filed as ``siting``, by which the record it becomes is modelled whatever a reviewer takes of it.
Its place says its method and is no better known than the candidate: a township's seat or a point of a grid
to the township (3), a village of a layer that says so to the village (2).
"""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

import streamlit as st

from layers.html import clean_text, element, escape
from projects.analysis.exhibit import Exhibit
from projects.analysis.siting.result import Result, Site
from projects.codes import Datum, Method, Stage
from projects.fields import JsonValue
from projects.filing.changes import Kind
from projects.filing.form import fill
from projects.identity import OwnerUnit, UnitKind
from views import unit_choice, ways
from views.analysis.siting import words as siting_words
from views.analysis.siting.words import Frame
from views.editing.edit_state import PROPOSED, start_of
from views.notices import notice
from views.shell import Shell

LONGEST_NOTE: Final = 2000
SAVED: Final = "siting-saved"


def draw(shell: Shell, result: Result, exhibit: Exhibit, frame: Frame) -> None:
    """Draw the choice of sites and unit and the button that saves the drafts; say what became of them."""
    _ = shell.translate
    st.html(element("h3", escape(_("存为储备项目草稿")), class_="atlas-heading"))
    how = _(
        "每处存一份草稿：阶段为储备，不公开，标为模拟。草稿只有您自己看得到；打开、补充并提交以后，才成为记录。"
    )
    st.html(element("p", escape(how), class_="atlas-muted"))
    if not shell.identity.edits:
        notice(_("登录并有填报权限的人可以把选出的点存为草稿。"), "info")
        return
    unit = unit_choice.choose_unit(shell, "siting-unit", _("选择草稿归哪个单位"))
    if unit is None:
        return
    fitting = [one for one in result.sites if belongs(one, unit)]
    if len(fitting) < len(result.sites):
        said = _("{n} 处不在{unit}的范围内，不能存到这个单位。")
        notice(said.format(n=len(result.sites) - len(fitting), unit=unit.name), "info")
    if fitting:
        _offer(shell, fitting, unit, exhibit, frame)
    _saved(shell)


def _offer(shell: Shell, fitting: Sequence[Site], unit: OwnerUnit, exhibit: Exhibit, frame: Frame) -> None:
    _ = shell.translate
    names = {one.number: f"{one.number} · {one.name}" for one in fitting}
    key = f"siting-save-{key_of(exhibit, unit, fitting)}"
    chosen = st.multiselect(
        _("存哪些"), list(names), default=list(names), key=key, format_func=lambda n: clean_text(names[n])
    )
    label = _("存为草稿（{n} 份）").format(n=len(chosen))
    if st.button(label, key="siting-save", icon=":material/edit_note:", disabled=not chosen):
        sites = [one for one in fitting if one.number in chosen]
        st.session_state[SAVED] = (key, save(shell, sites, unit, exhibit, frame))
    held = st.session_state.get(SAVED)
    if held is not None and held[0] != key:
        del st.session_state[SAVED]


def _saved(shell: Shell) -> None:
    """Say which drafts there are now, each with the way to it."""
    held = st.session_state.get(SAVED)
    if held is None:
        return
    _ = shell.translate
    drafts: list[tuple[str, str, bool]] = held[1]
    fresh = sum(1 for *_rest, new in drafts if new)
    said = [_("已存 {n} 份草稿。").format(n=fresh)] if fresh else []
    if fresh < len(drafts):
        said.append(_("{n} 份以前已经存过，没有改动。").format(n=len(drafts) - fresh))
    notice((" " if shell.language == "en" else "").join(said), "info")
    for subject, name, _new in drafts:
        ways.link(shell, name, "edit", ":material/edit_note:", new=subject)


def save(
    shell: Shell, sites: Sequence[Site], unit: OwnerUnit, exhibit: Exhibit, frame: Frame
) -> list[tuple[str, str, bool]]:
    """Save drafts under the account and return (subject, name, whether it is new) of each.

    One that is there already may have been worked on: it stays as it is.
    """
    found = []
    for site in sites:
        subject, content = subject_of(exhibit, unit, site), content_of(site, unit, exhibit, frame)
        new = shell.desk.draft(subject) is None
        if new:
            shell.desk.save_draft(subject, None, content)
        found.append((subject, str(content["name"]), new))
    return found


def belongs(site: Site, unit: OwnerUnit) -> bool:
    """Whether a site lies in the area of a unit; one whose county nobody knows belongs to no county."""
    county = site.county or ""
    if unit.kind is UnitKind.COUNTY:
        return county == unit.area_code
    return county.startswith(unit.area_code[: 2 if unit.kind is UnitKind.PROVINCE else 4])


def subject_of(exhibit: Exhibit, unit: OwnerUnit, site: Site) -> str:
    """Return the subject of a draft: the same site of the same question for the same unit has one draft."""
    return f"{PROPOSED}siting-{key_of(exhibit, unit, [site])}"


def key_of(exhibit: Exhibit, unit: OwnerUnit, sites: Sequence[Site]) -> str:
    """Return a short mark of a question, a unit and sites."""
    told = json.dumps([sorted(exhibit.link.items()), unit.id, [one.id for one in sites]], ensure_ascii=False)
    return sha256(told.encode()).hexdigest()[:12]


def content_of(site: Site, unit: OwnerUnit, exhibit: Exhibit, frame: Frame) -> dict[str, JsonValue]:
    """Return the draft of a new record for a site."""
    _ = frame.translate
    name = _("拟选址 {n} · {place}").format(n=site.number, place=siting_words.site_name(site, frame))
    note = note_of(site, exhibit, frame)
    form: dict[str, JsonValue] = {
        **fill({}),
        **start_of(unit),
        "name": name[:200],
        "kind": "site",
        "category": str(frame.settings.build),
        "stage": str(Stage.RESERVE),
        "county_code": site.county or "",
        "township_code": site.township or "",
        "published": False,
        "note": note,
        "place/0": place_of(site, exhibit, frame),
    }
    reason = _("选址分析提出（模拟）：{title}").format(title=exhibit.title)
    return {**form, "base": {}, "reason": reason[:500], "unit": unit.id, "filing": str(Kind.SITING)}


def place_of(site: Site, exhibit: Exhibit, frame: Frame) -> dict[str, JsonValue]:
    """Return the place of a site as a document holds it."""
    _ = frame.translate
    return {
        "geometry": {"type": "Point", "coordinates": [site.lon, site.lat]},
        "precision": site.precision,
        "method": str(Method.SITING),
        "datum_entered": str(Datum.WGS84),
        "coordinates_entered": None,
        "address": None,
        "source": exhibit.title,
        "label": site.name[:100],
        "note": _("模型从候选点中选出，没有现场踏勘，不是用地位置。"),
    }


def note_of(site: Site, exhibit: Exhibit, frame: Frame) -> str:
    """Return how the site was found: what it adds, settings, method, how good, the date of the data."""
    _ = frame.translate
    day = exhibit.data_date.isoformat() if exhibit.data_date else _("未知")
    lines = [
        _("由选址分析提出（模拟），不是已定的项目。"),
        _("第 {n} 号，按先后新增服务 {newly}。").format(
            n=site.number, newly=siting_words.amount(site.newly, frame.settings.count, _)
        ),
        *(f"{one.title}：{one.value}" for one in exhibit.parameters),
        *exhibit.says[1:2],
        _("数据截至 {day}").format(day=day),
    ]
    if site.cost is not None:
        lines.append(_("测算用的造价 {cost}，不是投资额。").format(cost=siting_words.money(site.cost, _)))
    return "\n".join(lines)[:LONGEST_NOTE]
