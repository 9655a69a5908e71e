"""Making the next edition: what stays, what leaves and why, what comes in; proposed as a whole."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import streamlit as st

from layers.html import element, escape
from projects.plans.comparing import next_year
from projects.plans.editions import LONGEST_TITLE, Edition, EditionKind, years_of
from projects.plans.ports import Proposal, Wanted, Wish
from views import marks
from views.notices import notice
from views.plans import editors, here
from views.plans.here import Here
from views.plans.kept import Paging
from views.shell import Shell, guarded


@dataclass(slots=True)
class Picks:
    """What has been ticked so far, kept over pages and searches until it is proposed."""

    entering: dict[str, Wish] = field(default_factory=dict)
    leaving: dict[str, str] = field(default_factory=dict)
    forced: frozenset[str] = frozenset()
    """Members that are no longer public: they have to leave."""
    opened: bool = False
    serial: int = 0


@dataclass(frozen=True, slots=True)
class _Task:
    """The edition to be made, as far as the heading of the form says."""

    where: Here
    base: Edition | None
    year: int
    title: str
    note: str
    picks: Picks

    @property
    def rolls(self) -> bool:
        """Whether reasons are needed: a plan that goes on from an earlier one."""
        return self.base is not None and self.where.kind is EditionKind.ROLLING_PLAN


def draw(shell: Shell, where: Here) -> None:
    """Draw the form; the database decides whether it may be proposed."""
    _ = shell.translate
    if not where.rights.propose:
        notice(_("这个地区的版本由本地区的填报单位编制。"), "info")
        return
    task = _heading(shell, where)
    if task.rolls:
        guarded(lambda: _leaving(shell, task), _)
    everything = _entering(shell, task)
    guarded(lambda: _submit(shell, task, everything), _)


def _picks(where: Here, base: Edition | None) -> Picks:
    key = where.key(f"picks-{where.area}-{base.id if base else 0}")
    found: Picks = st.session_state.setdefault(key, Picks())
    return found


def _heading(shell: Shell, where: Here) -> _Task:
    """Draw what the edition is called; the words that are offered can be changed."""
    _ = shell.translate
    base = where.newest
    offered = next_year(where.kind, base, datetime.now(UTC).astimezone(marks.OFFICE_TIME).year)
    first = _("从第 {n} 版滚动：没有列为退出的项目自动保留，资料和年度计划按现在的重新冻结。")
    text = first.format(n=base.number) if base else _("第一版：选出列入的项目；不要求写理由。")
    if where.kind is EditionKind.CATALOGUE:
        text = _("选出列入目录的项目；上一版有而这次没有选入的，自动列为退出并写明原因。")
    st.html(element("p", escape(text), class_="atlas-muted"))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="plans-form"):
        lowest = base.year if base else 2000
        year = int(
            st.number_input(_("起始年份 T"), lowest, 2100, offered, key=where.key("make-year"), width=130)
        )
        span = years_of(year)
        names = {
            EditionKind.ROLLING_PLAN: _("{area}{first}—{last}年健康产业三年滚动项目计划"),
            EditionKind.CATALOGUE: _("{area}{first}年健康产业招商目录"),
        }
        title = st.text_input(
            _("标题"),
            names[where.kind].format(area=where.name, first=span[0], last=span[-1]),
            key=where.key(f"make-title-{where.area}-{year}"),
            max_chars=LONGEST_TITLE,
            width=420,
        )
        note = st.text_input(
            _("给审定人的说明（可不填）"), key=where.key("make-note"), max_chars=500, width=320
        )
    return _Task(where, base, year, title, note, _picks(where, base))


# ---- what leaves ----


def _leaving(shell: Shell, task: _Task) -> None:
    """Suggest who should leave, with an editable reason; others are found by name."""
    _, picks = shell.translate, task.picks
    if task.base is None:
        return
    suggested = shell.editions.leavers(task.base.id)
    if not picks.opened:
        picks.opened = True
        picks.leaving |= {one.project_id: one.reason for one in suggested}
    picks.forced = frozenset(one.project_id for one in suggested if not one.public)
    st.html(element("h3", escape(_("退出")), class_="atlas-heading"))
    if suggested:
        text = _("以下 {n} 项已竣工、投产、停缓建、退库或不再公开，建议退出；理由可改，不退出的去掉勾。")
        st.caption(text.format(n=len(suggested)))
        editors.leaving(shell, task.where.key(f"leave-{task.base.id}"), suggested, picks.leaving)
    else:
        st.caption(_("没有项目因竣工、投产、停缓建、退库或撤下而应退出。"))
    with st.expander(_("另选退出的项目")):
        _others_leaving(shell, task, task.base, {one.project_id for one in suggested})


def _others_leaving(shell: Shell, task: _Task, base: Edition, suggested: set[str]) -> None:
    _ = shell.translate
    text = st.text_input(
        _("在上一版中查找（名称或编号）"), key=task.where.key("leave-text"), max_chars=60
    ).strip()
    wanted = Wanted(text=text)
    paging = Paging(task.where.key("leave-page"), (base.id, text))
    page = shell.editions.entries(base.id, wanted, paging.window)
    rows = [editors.as_candidate(one) for one in page.rows if one.project_id not in suggested]
    editors.leaving(shell, task.where.key(f"leave-{base.id}-{task.picks.serial}"), rows, task.picks.leaving)
    paging.draw(shell, page.matched)


# ---- what comes in ----


def _entering(shell: Shell, task: _Task) -> int | None:
    """Draw the candidates under the filter; return how many come in when all that match do, else None."""
    _, where = shell.translate, task.where
    st.html(element("h3", escape(_("列入") if task.base is None else _("新进")), class_="atlas-heading"))
    paging = Paging(where.key("enter-page"), (where.area, where.chosen, task.year))
    found = shell.editions.candidates(where.kind, where.area, task.year, where.chosen, paging.window)
    if not found.matched:
        st.caption(_("在左侧筛选条件下，本地区没有可列入的公开项目。"))
        return None
    text = _("符合左侧筛选、可列入的 {n} 项；竣工、投产、停缓建、退库的不在其中。")
    if where.kind is EditionKind.CATALOGUE:
        text = _("符合左侧筛选、标明“对外招商：是”的 {n} 项。")
    st.caption(text.format(n=f"{found.matched:,}"))
    everything = st.checkbox(
        _("全部列入（{n} 项）").format(n=f"{found.matched:,}"),
        value=where.kind is EditionKind.CATALOGUE,
        key=where.key("make-all"),
    )
    if everything:
        if task.rolls:
            st.text_input(_("这些项目新进的理由"), key=where.key("make-all-reason"), max_chars=200)
        return found.matched
    key = where.key(f"enter-{where.area}-{task.year}-{task.picks.serial}")
    years = years_of(task.year) if where.kind is EditionKind.ROLLING_PLAN else ()
    editors.entering(shell, key, found.rows, task.picks.entering, years, reasons=task.rolls)
    paging.draw(shell, found.matched)
    return None


# ---- the whole ----


def _submit(shell: Shell, task: _Task, everything: int | None) -> None:
    """Say what the edition would be, what is missing, and file it."""
    _, picks = shell.translate, task.picks
    _summary(shell, task, everything)
    proposal = _proposal(task, everything is not None)
    missing = _missing(shell, task, proposal)
    for sentence in missing:
        notice(sentence)
    if st.button(_("提交审定"), key="make-propose", type="primary", disabled=bool(missing)):
        key = shell.editions.propose(proposal)
        st.session_state.pop(task.where.key(f"picks-{task.where.area}-{task.base.id if task.base else 0}"))
        picks.serial += 1
        done = _("已提交审定（{n} 号提案）。审定前可以撤回；内容在下面，与上一版的差别见“与其他版比较”。")
        st.session_state[f"{task.where.kind}-said"] = (done.format(n=key), "info")
        here.leave_for(task.where.kind, edition=key)
        st.rerun()


def _summary(shell: Shell, task: _Task, everything: int | None) -> None:
    _, picks = shell.translate, task.picks
    if not task.rolls:
        return
    members = task.base.members if task.base else 0
    came = len(picks.entering) if everything is None else everything
    sentence = _("上一版 {all} 项，退出 {left} 项，保留 {kept} 项，新进 {came} 项。")
    if everything is not None:
        sentence = _("上一版 {all} 项，退出 {left} 项，保留 {kept} 项，新进 {came} 项（全部符合条件的）。")
    st.html(
        element(
            "p",
            escape(
                sentence.format(
                    all=f"{members:,}",
                    left=f"{len(picks.leaving):,}",
                    kept=f"{members - len(picks.leaving):,}",
                    came=f"{came:,}",
                )
            ),
            class_="atlas-sum",
            role="status",
        )
    )


def _proposal(task: _Task, everything: bool) -> Proposal:
    where, picks = task.where, task.picks
    return Proposal(
        where.kind,
        where.area,
        task.year,
        task.title.strip(),
        task.base.id if task.base else None,
        task.note.strip(),
        {} if everything else dict(picks.entering),
        dict(picks.leaving) if task.rolls else {},
        matching=where.chosen if everything else None,
        matching_reason=str(st.session_state.get(where.key("make-all-reason")) or "").strip(),
    )


def _missing(shell: Shell, task: _Task, proposal: Proposal) -> list[str]:
    """Return what has to be filled in first."""
    _, found = shell.translate, []
    if not proposal.title:
        found.append(_("请写标题。"))
    if task.base is None and not proposal.entering and proposal.matching is None:
        found.append(_("请先选出列入的项目。"))
    if not task.rolls:
        return found
    bare = [k for k, wish in proposal.entering.items() if not wish.reason.strip()]
    bare += [k for k, reason in proposal.leaving.items() if not reason.strip()]
    if bare:
        names = "、".join(bare[:8])
        found.append(_("{n} 个新进或退出的项目还没有理由：{names}").format(n=len(bare), names=names))
    if proposal.matching is not None and not proposal.matching_reason:
        found.append(_("请写这些项目新进的理由。"))
    stuck = task.picks.forced - proposal.leaving.keys()
    if stuck:
        names = "、".join(sorted(stuck)[:8])
        found.append(_("这些项目已不再公开，必须退出：{names}").format(names=names))
    return found
