"""Running state for administrators: database, queue, backups, disk, sessions, sign-ins, errors of the day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

import streamlit as st

from layers.html import element, escape
from projects.errors import AtlasError
from projects.identity import Identity, Role
from projects.watch import OpenSession, SignIn, Standing, Watch
from views import marks, office_style
from views.i18n import Translate
from views.notices import notice
from views.plain import plain
from views.status import words

SHOWN: Final = 100
LATE_BACKUP: Final = timedelta(hours=36)
LOW_SHARE, LOW_BYTES = 0.1, 5 * 1024**3
"""A disk asks for a look when less than a tenth and less than 5 GB is left."""
TOLD: Final = "status_told"
STYLE: Final = """<style>
.atlas-log { width: 100%; border-collapse: collapse; font-size: .87rem; }
.atlas-log th, .atlas-log td { padding: .26rem .45rem; border-bottom: 1px solid #e4e9ee; text-align: left;
  vertical-align: top; }
.atlas-log th { color: #51606e; font-weight: 500; white-space: nowrap; }
.atlas-log td { overflow-wrap: anywhere; min-width: 4.5rem; }
.atlas-log td.atlas-n, .atlas-log th.atlas-n { text-align: right; font-variant-numeric: tabular-nums; }
</style>"""


class StatusShell(Protocol):
    """What this page needs of the shell."""

    @property
    def watch(self) -> Watch:
        """What is watched, opened with the session's token."""
        ...

    @property
    def identity(self) -> Identity:
        """Who is signed in."""
        ...

    @property
    def translate(self) -> Translate:
        """The page's language."""
        ...


def draw(shell: StatusShell) -> None:
    """Draw the page; the database refuses everything on it to anybody but an administrator."""
    _ = shell.translate
    office_style.draw()
    st.html(STYLE)
    st.html(element("h2", escape(_("运行状况")), class_="atlas-title"))
    if shell.identity.role is not Role.ADMINISTRATOR:
        notice(_("只有管理员可以查看运行状况。"))
        return
    standing, lines = shell.watch.standing(), shell.watch.lines()
    st.html(_tiles(standing, lines, _))
    for sentence in warnings(standing, _):
        notice(sentence)
    database, sessions, sign_ins, log = st.tabs(
        [_("数据库"), _("打开的登录"), _("登录记录"), _("错误与慢查询")]
    )
    with database:
        _draw_database(standing, _)
    with sessions:
        _draw_sessions(shell)
    with sign_ins:
        _draw_sign_ins(shell)
    with log:
        _draw_lines(lines, _)


def _tiles(found: Standing, lines: Sequence[Mapping[str, Any]], _: Translate) -> str:
    waiting, failed = (found.queue.states.get(state, 0) for state in ("waiting", "failed"))
    errors = sum(line.get("level") in ("ERROR", "CRITICAL") for line in lines)
    queue = _("最久等了 {time}").format(time=words.wait(found.queue.oldest_s, _)) if waiting else ""
    alive = "" if found.queue.worker else _("后台程序没有运行")
    proved = _("验证：{age}").format(age=words.age(found.kept.proved, _))
    server = f"PostgreSQL {found.server.split()[0]}"
    return marks.tiles((
        marks.tile(found.schema, _("数据库结构"), server, hot=not found.current),
        marks.tile(words.size(found.size), _("数据库大小")),
        marks.tile(waiting, _("排队的工作"), alive or queue, hot=bool(alive)),
        marks.tile(failed, _("失败的工作")),
        marks.tile(words.age(found.kept.made, _), _("上次备份"), proved, hot=_late(found)),
        marks.tile(words.size(found.disk_free), _("磁盘剩余"), hot=_full(found)),
        marks.tile(found.sessions, _("打开的登录")),
        marks.tile(errors, _("近一天的错误"), hot=errors > 0),
    ))  # fmt: skip


def warnings(found: Standing, _: Translate) -> list[str]:
    """Return what an administrator should do something about."""
    said = []
    if not found.current:
        said.append(
            _("数据库结构是 {has}，程序需要 {wants}：请在服务器上运行 python -m data init。").format(
                has=found.schema or _("空"), wants=found.newest_schema
            )
        )
    if not found.queue.worker:
        said.append(_("后台程序没有运行，上传、材料和备份都在等：请重新启动服务。"))
    if found.kept.failed:
        said.append(_("最近一次备份没有成功：{why}").format(why=found.kept.failed))
    elif _late(found):
        said.append(_("超过 36 小时没有备份：请设置 BACKUP_AT，或运行 python -m data backup。"))
    if _full(found):
        said.append(_("数据文件夹所在的磁盘快满了：剩余 {size}。").format(size=words.size(found.disk_free)))
    return said


def _late(found: Standing) -> bool:
    return found.kept.made is None or datetime.now(UTC) - found.kept.made > LATE_BACKUP


def _full(found: Standing) -> bool:
    return found.disk_free < min(LOW_SHARE * found.disk_all, LOW_BYTES)


def _draw_database(found: Standing, _: Translate) -> None:
    states = words.states(_)
    facts = (
        (_("程序版本"), found.program),
        ("PostgreSQL / PostGIS", f"{found.server} / {found.postgis}"),
        (_("数据库结构"), f"{found.schema} / {found.newest_schema}"),
        (_("工作"), " · ".join(f"{states[s]} {found.queue.states.get(s, 0)}" for s in states)),
        (_("后台程序"), _("在运行") if found.queue.worker else _("没有运行")),
        (_("上次备份"), marks.when(found.kept.made)),
        (_("上次验证备份"), marks.when(found.kept.proved)),
        (_("磁盘"), f"{words.size(found.disk_free)} / {words.size(found.disk_all)}"),
    )
    rows = (element("tr", element("th", escape(k), scope="row"), element("td", escape(v))) for k, v in facts)
    st.html(element("table", *rows, class_="atlas-facts"))
    st.html(element("p", escape(_("最大的表")), class_="atlas-heading"))
    st.caption(_("行数是数据库的估计。"))
    tables = ((escape(t.name), escape(f"{t.rows:,}"), escape(words.size(t.size))) for t in found.tables)
    st.html(table((_("表"), _("行数"), _("大小")), tables, numbers=(1, 2)))


def _draw_sessions(shell: StatusShell) -> None:
    _ = shell.translate
    if told := st.session_state.pop(TOLD, ""):
        notice(told, "info")
    found = shell.watch.sessions()
    rows = (
        (escape(_session(one, _)), escape(marks.when(one.since)), escape(marks.when(one.until)))
        for one in found
    )
    st.html(table((_("账户"), _("开始"), _("到期")), rows))
    others = {one.key: one for one in found if not one.own}
    if not others:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = st.selectbox(
            _("要结束的登录"),
            list(others),
            index=None,
            key="status_session",
            format_func=lambda key: (
                plain(f"{_session(others[key], _)} · {marks.when(others[key].since)}")
                if key in others
                else str(key)
            ),
            placeholder=_("请选择"),
            width=420,
        )
        if st.button(_("结束这个登录"), key="status_end", disabled=chosen is None) and chosen is not None:
            _end(shell, str(chosen))


def _session(one: OpenSession, _: Translate) -> str:
    own = _("（本页）") if one.own else ""
    name = one.account if one.display_name == one.account else f"{one.account} {one.display_name}"
    return f"{name}{own}"


def _end(shell: StatusShell, key: str) -> None:
    """End a session and draw the page anew, or say why not."""
    try:
        ended = shell.watch.end(key)
    except AtlasError as error:
        notice(str(error), "error")
        return
    _ = shell.translate
    st.session_state[TOLD] = _("登录已结束。") if ended else _("这个登录已经结束。")
    st.rerun()


def _draw_sign_ins(shell: StatusShell) -> None:
    _ = shell.translate
    st.caption(_("保留 180 天，任何人都不能修改。没有人用的登录名只留记号；地址只留网段。"))
    refused = st.toggle(_("只看没有成功的"), key="status_refused")
    found = shell.watch.sign_ins(SHOWN, refused=refused)
    if not found:
        st.caption(_("没有记录。"))
        return
    st.html(sign_in_table(found, _))


def sign_in_table(found: Sequence[SignIn], _: Translate, *, named: bool = True) -> str:
    """Return lines of the record as a table; ``named``: with whose they are."""
    events, ways = words.events(_), words.ways(_)
    heads = (_("时间"), *((_("账户"),) if named else ()), _("事情"), _("方式"), _("来自"))
    rows = (
        (
            escape(words.time(line)),
            *((escape(words.who(line, _)),) if named else ()),
            marks.tag(events[line.event], words.shade(line.event)),
            escape(ways[line.way]),
            escape(line.address or "—"),
        )
        for line in found
    )
    return table(heads, rows)


def _draw_lines(lines: Sequence[Mapping[str, Any]], _: Translate) -> None:
    st.caption(_("近一天的警告、错误和慢查询，最新的在前；完整的记录在服务器的日志中。"))
    if not lines:
        st.caption(_("没有记录。"))
        return
    rows = (
        (
            escape(marks.when(line["time"])),
            marks.tag(_kind(line, _), "error" if line.get("level") == "ERROR" else "warning"),
            escape(str(line.get("message", ""))[:300]),
            escape(line.get("request") or line.get("session") or line.get("job") or "—"),
        )
        for line in lines[:SHOWN]
    )
    st.html(table((_("时间"), _("级别"), _("内容"), _("编号")), rows))


def _kind(line: Mapping[str, Any], _: Translate) -> str:
    if line.get("kind") == "slow":
        return _("慢查询")
    return _("错误") if line.get("level") in ("ERROR", "CRITICAL") else _("警告")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    """Return a table that scrolls sideways on a phone; cells are HTML, columns of ``numbers`` stand right."""

    def cell(tag: str, at: int, inner: str) -> str:
        given = {"class_": "atlas-n"} if at in numbers else {}
        return element(tag, inner, **given, **({"scope": "col"} if tag == "th" else {}))

    head = element("tr", *(cell("th", at, escape(one)) for at, one in enumerate(heads)))
    body = (element("tr", *(cell("td", at, one) for at, one in enumerate(row))) for row in rows)
    inner = element("table", element("thead", head), element("tbody", *body), class_="atlas-log")
    return element("div", inner, class_="atlas-scroll", tabindex="0", role="region", aria_label=heads[0])
