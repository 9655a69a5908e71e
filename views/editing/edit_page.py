"""The form of one record: ``edit?id=SG-0001``, or ``edit?new=1`` (with ``unit``, ``category``).

``edit?new=new-…`` opens the draft of a new record that another page has prepared.

Every run takes what was typed into the open work, keeps a draft on the server, and draws the rest from it.
"""

import streamlit as st

from layers.html import clean_text, element, escape
from projects.errors import AtlasError
from projects.fields import FIELDS, Field, Group
from projects.filing.changes import Kind
from projects.filing.desk import Lookalike
from projects.identity import OwnerUnit
from services import places
from views import marks, office_style, values, ways, words
from views.editing import attachments, edit_form, edit_state, edit_submit, edit_words
from views.editing.edit_state import NEW, PROPOSED, Work
from views.intake import issue_words
from views.notices import notice
from views.shell import Shell, guarded

CSS = """<style>
.atlas-section { scroll-margin-top: 4.2rem; font-size: 1.05rem; font-weight: 700; margin: 0; padding: 0; }
.atlas-subsection { font-size: .95rem; font-weight: 600; margin: .5rem 0 0; padding: 0; }
.atlas-origin { color: #51606e; font-size: .78rem; margin: -.45rem 0 .35rem; overflow-wrap: anywhere; }
.atlas-wrong { color: #8a2c0d; font-size: .84rem; margin: -.35rem 0 .35rem; font-weight: 600;
  overflow-wrap: anywhere; }
.atlas-muted + .atlas-origin, .atlas-wrong + .atlas-origin { margin-top: 0; }
.atlas-nothing { margin: 0; height: 0; }
[data-testid="stHtml"]:has(> .atlas-nothing) { display: none; }
.atlas-jump { display: flex; flex-wrap: wrap; gap: .15rem .9rem; margin: 0; font-size: .88rem; }
.atlas-notice ul { margin: .2rem 0 0; padding-left: 1.2rem; }
.atlas-notice p { margin: 0; }
</style>"""

PREFILL = ("unit", "category", "kind")


def draw(shell: Shell) -> None:
    """Draw the page for the record in the address."""
    office_style.draw()
    st.html(CSS)
    subject = asked()
    if not subject:
        _landing(shell)
        return
    if not shell.identity.signed_in and not edit_state.is_open(subject):
        edit_submit.sign_in_first(shell)
        return
    prefill = {name: ways.asked(name) for name in PREFILL if ways.asked(name)}
    work = edit_state.opened(shell, subject, prefill)
    _keep_address(shell, work)
    _head(shell, work)
    if work.refused:
        _read_only(shell, work)
    elif work.filed is not None:
        edit_submit.result(shell, work, work.filed)
    elif work.offer is not None:
        _offer(shell, work)
    elif work.theirs is not None:
        edit_submit.conflict(shell, work)
    else:
        _form(shell, work)


def asked() -> str:
    """Return the record that the address names, ``new`` for a new one, "" for none."""
    named = ways.asked("id", 40) or ways.asked("edit", 40)
    fresh = ways.asked("new")
    if not named and fresh.startswith(PROPOSED):
        return fresh
    return NEW if named == NEW or (not named and fresh) else named


def _keep_address(shell: Shell, work: Work) -> None:
    if work.subject.startswith(PROPOSED):
        ways.keep_address(shell, new=work.subject)
    elif work.is_new:
        ways.keep_address(shell, new=1, unit=work.unit_id, category=ways.asked("category"))
    else:
        ways.keep_address(shell, id=work.subject)


def _form(shell: Shell, work: Work) -> None:
    """Draw the open form from top to bottom."""
    if work.is_new and len(work.units) > 1:
        _choose_unit(shell, work)
    head = st.container()
    problems = edit_form.draw(shell, work)
    guarded(lambda: _lookalikes(shell, work), shell.translate)
    if not work.is_new:
        guarded(lambda: attachments.draw(shell, work.subject, editable=True), shell.translate)
    edit_submit.draw(shell, work, problems)
    edit_state.keep(shell, work)
    if work.expired:
        edit_submit.expired_notice(shell)
    else:
        with head:
            _saved(shell, work)
    if not work.is_new:
        edit_submit.deletion(shell, work)


def _saved(shell: Shell, work: Work) -> None:
    """Draw the way to each section; say that a draft is kept, with the way to drop it."""
    _ = shell.translate
    jumps = [
        element("a", escape(edit_words.group_title(g, _)), href=f"#part-{g}", class_="atlas-link")
        for g in Group
    ]
    last = element("a", escape(_("检查并提交")), href="#part-submit", class_="atlas-link")
    st.html(element("nav", *jumps, last, class_="atlas-jump", aria_label=_("表单目录")))
    if work.saved_at is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(_("草稿已自动保存 {when}").format(when=marks.when(work.saved_at)), width="content")
        st.button(
            _("丢弃草稿"),
            key=work.key("discard"),
            type="tertiary",
            on_click=edit_state.discard,
            args=(shell, work),
        )


def _head(shell: Shell, work: Work) -> None:
    """Draw the name of what is edited, its id, unit and version."""
    _ = shell.translate
    if work.held is None:
        unit = work.unit.name if work.unit else ""
        title, parts = _("新增记录"), [unit]
    else:
        title = str(work.held.document.get("name") or work.subject)
        owner = values.area_name(shell, work.held.owner_unit_id)
        parts = [work.subject, owner, _("现为第 {n} 版").format(n=work.held.version)]
    st.html(
        element("h2", escape(title), class_="atlas-title")
        + element("p", escape(" · ".join(part for part in parts if part)), class_="atlas-muted")
    )
    if work.filing is Kind.SITING:
        notice(
            _(
                "这条记录是选址模型提出的（模拟），不是已定的项目。提交、审核后仍标为模拟，直到阶段改为前期或以后。"
            ),
            "scenario",
        )


def _offer(shell: Shell, work: Work) -> None:
    """Offer the draft that was not filed: go on with it, or forget it."""
    _ = shell.translate
    draft = work.offer
    if draft is None:
        return
    notice(_("您有一份没有提交的草稿，保存于 {when}。").format(when=marks.when(draft.updated_at)), "info")
    if not work.is_new and draft.base_version != (work.held.version if work.held else None):
        notice(_("草稿之后，记录被别人改过；继续后会请您逐处核对。"))
    with st.container(horizontal=True):
        st.button(
            _("继续填写"),
            key=work.key("resume"),
            type="primary",
            on_click=edit_state.resume,
            args=(work,),
        )
        st.button(_("丢弃草稿"), key=work.key("drop"), on_click=edit_state.discard, args=(shell, work))


def _choose_unit(shell: Shell, work: Work) -> None:
    """Draw the choice of the unit a new record belongs to."""
    _ = shell.translate
    key = work.key("unit")
    if key not in st.session_state:
        st.session_state[key] = work.unit_id or None
    chosen = st.selectbox(
        _("归属单位") + " *",
        list(work.units),
        index=None,
        key=key,
        format_func=lambda code: clean_text(_unit_name(work.units[code])),
        placeholder=_("这条记录归哪个单位"),
    )
    if chosen and chosen != work.unit_id:
        work.unit_id = chosen
        work.renew({**work.form, **edit_state.start_of(work.units[chosen])})
        st.session_state[work.key("unit")] = chosen
        st.rerun()


def _unit_name(unit: OwnerUnit) -> str:
    return f"{unit.name}（{unit.id}）"


def _lookalikes(shell: Shell, work: Work) -> None:
    """Warn of records that may be the same thing, once name, county or code are new."""
    _ = shell.translate
    name = str(work.form.get("name") or "").strip()
    fields = ("name", "county_code", "project_code")
    touched = any(work.form.get(f) != work.form_at_start(f) for f in fields)
    if work.expired or len(name) < 2 or not touched:
        return
    question = (
        name,
        str(work.form.get("county_code") or "") or None,
        str(work.form.get("project_code") or "") or None,
        _middle(work),
    )
    key = ("lookalikes", question)
    if key not in work.cache:
        work.cache[key] = shell.desk.lookalikes(*question, besides="" if work.is_new else work.subject)
    found: tuple[Lookalike, ...] = work.cache[key]
    if found:
        st.html(lookalike_box(shell, found))


def _middle(work: Work) -> tuple[float, float] | None:
    place = work.form.get(edit_form.PRIMARY)
    geometry = place.get("geometry") if isinstance(place, dict) else None
    return places.middle(geometry) if isinstance(geometry, dict) else None


def lookalike_box(shell: Shell, found: tuple[Lookalike, ...]) -> str:
    """Return a warning that names the records which may be the same, with links that open beside the form."""
    _ = shell.translate
    items = []
    for row in found[:8]:
        where = values.area_name(shell, row.county_code) if row.county_code else _("县未明确")
        link = element(
            "a",
            escape(f"{row.name}（{row.project_id}）"),
            href=ways.address(shell, "map", id=row.project_id),
            target="_blank",
            class_="atlas-link",
        )
        items.append(element("li", link, escape(f" · {where} · {issue_words.reason_words(row.reason, _)}")))
    head = element("p", escape(_("库中已有相似的记录，请先看看是不是同一个项目：")))
    return element("div", head, element("ul", *items), class_="atlas-notice atlas-warning", role="alert")


# ---- reading only ----


def _read_only(shell: Shell, work: Work) -> None:
    """Say why it cannot be edited, and show every value with its source."""
    notice(work.refused, "info")
    if work.held is None:
        return
    _ = shell.translate
    with st.container(horizontal=True, gap="medium"):
        ways.link(shell, _("在地图上看"), "map", ":material/map:", id=work.subject)
        ways.link(shell, _("修改记录"), "history", ":material/history:", history=work.subject)
    for group in Group:
        rows = [_fact(shell, work, f) for f in FIELDS if f.group is group and f.name in work.base]
        rows += [_list_fact(shell, p, work) for p in work.base if "/" in p and _group_of(p) is group]
        if rows:
            st.html(
                element("h3", escape(edit_words.group_title(group, _)), class_="atlas-section")
                + element("table", *rows, class_="atlas-facts")
            )
    guarded(lambda: attachments.draw(shell, work.subject, editable=False), _)


def _fact(shell: Shell, work: Work, field: Field) -> str:
    given = work.held.provenance.get(field.name, {}) if work.held else {}
    tag = words.basis(given.get("basis"), shell.translate)
    return element(
        "tr",
        element("th", escape(edit_words.title(field, shell.language))),
        element(
            "td",
            escape(values.words(shell, field.name, work.base.get(field.name))),
            element("span", escape(tag), class_="atlas-basis") if tag else "",
            element("div", escape(edit_form.source_words(shell, work, given)), class_="atlas-where"),
        ),
    )


def _list_fact(shell: Shell, path: str, work: Work) -> str:
    text = values.words(shell, path, work.base[path])
    return element("tr", element("th", escape(values.title(shell, path))), element("td", escape(text)))


def _group_of(path: str) -> Group | None:
    """Return the section of a list row; parties are fields and have theirs already."""
    return {
        "alias": Group.IDENTITY,
        "area": Group.PLACE,
        "place": Group.PLACE,
        "finance": Group.MONEY,
        "annual_plan": Group.MONEY,
        "milestone": Group.LIFE_CYCLE,
        "approval": Group.LIFE_CYCLE,
    }.get(path.partition("/")[0])


# ---- without a record ----


def _landing(shell: Shell) -> None:
    """Ask which record, and list the drafts that wait."""
    _ = shell.translate
    st.html(element("h2", escape(_("填报")), class_="atlas-title"))
    if not shell.identity.signed_in:
        edit_submit.sign_in_first(shell)
        return
    typed = st.text_input(_("项目编号"), key="edit-which", placeholder=values.example_id(shell), max_chars=40)
    if typed.strip():
        ways.link(shell, _("打开 {id}").format(id=typed.strip()), "edit", ":material/edit:", id=typed.strip())
    if shell.identity.edits:
        ways.link(shell, _("新增记录"), "edit", ":material/add_box:", new=1)
    try:
        drafts = shell.desk.drafts()
    except AtlasError:
        return
    for draft in drafts:
        if "name" in draft.content:
            params: dict[str, str] = {"new" if draft.subject.startswith(NEW) else "id": draft.subject}
            name = str(draft.content.get("name") or draft.subject)
            label = _("草稿：{name} · {when}").format(name=name, when=marks.when(draft.updated_at))
            ways.link(shell, label, "edit", ":material/edit_note:", wide=False, **params)
