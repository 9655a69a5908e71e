"""All pages: address, title, icon, who is offered each, under which head of the menu."""

from collections.abc import Callable
from typing import Final, NamedTuple

from data import wiring
from projects.identity import Role
from views.i18n import Translate
from views.shell import Shell

ANYBODY: Final = frozenset(Role)
EDITORS: Final = frozenset((Role.EDITOR, Role.REVIEWER, Role.ADMINISTRATOR))
REVIEWERS: Final = frozenset((Role.REVIEWER, Role.ADMINISTRATOR))
ADMINISTRATORS: Final = frozenset((Role.ADMINISTRATOR,))
SIGNED_IN: Final = ANYBODY - {Role.ANONYMOUS}


class Room(NamedTuple):
    """One page: its address, title and icon, who is offered it, under which head of the menu, if at all."""

    path: str
    title: str
    icon: str
    draw: Callable[[Shell], None]
    roles: frozenset[Role]
    head: str = ""
    """Empty for a page that stands in the menu by itself."""
    listed: bool = True


def rooms(_: Translate) -> tuple[Room, ...]:
    """Return all pages, in the order of the menu.

    They are imported when they are needed: st_folium registers itself with the running server, and this
    module is read before there is one.
    """
    return (*_first(_), *_week(_), *_figures(_), *_analysis(_), *_desk(_), *_apart(_))


def _first(_: Translate) -> tuple[Room, ...]:
    """Return what stands in the menu by itself."""
    from views.map import map_page
    from views.office import home_page
    from views.packs import packs_page

    return (
        Room("map", _("地图"), "map", map_page.draw, ANYBODY),
        Room("home", _("我的单位"), "home_work", home_page.draw, SIGNED_IN),
        Room("packs", _("材料"), "folder_zip", packs_page.draw, ANYBODY),
    )


def _week(_: Translate) -> tuple[Room, ...]:
    """Return the pages of the office's week."""
    from views.directories import directories_page
    from views.evaluation import evaluation_page
    from views.leaders import leaders_page
    from views.matters import matters_page, meetings_page
    from views.rounds import rounds_page

    week = _("办公")
    return (
        Room("leaders", _("领导一页"), "co_present", leaders_page.draw, ANYBODY, week),
        Room("matters", _("事项"), "assignment_late", matters_page.draw, SIGNED_IN, week),
        Room("meetings", _("联席会议"), "groups", meetings_page.draw, SIGNED_IN, week),
        Room("directories", _("名录"), "list_alt", directories_page.draw, ANYBODY, week),
        Room("rounds", _("周一清单"), "outgoing_mail", rounds_page.draw, EDITORS, week),
        Room("evaluation", _("第三方评价"), "rate_review", evaluation_page.draw, SIGNED_IN, week),
    )


def _figures(_: Translate) -> tuple[Room, ...]:
    """Return the pages of money, plans, promotion and targets."""
    from views.lifecycle import dispatch_page
    from views.money import funding_page
    from views.plans import catalogue_page, rolling_page
    from views.promotion import promotion_page
    from views.scores import scores_page
    from views.targets import indicators_page, targets_page

    money, promotion, targets = _("资金与进度"), _("招商"), _("目标")
    return (
        Room("funding", _("资金"), "payments", funding_page.draw, ANYBODY, money),
        Room("dispatch", _("月调度"), "event_upcoming", dispatch_page.draw, ANYBODY, money),
        Room("rolling", _("滚动计划"), "calendar_view_month", rolling_page.draw, ANYBODY, money),
        Room("promotion", _("招商"), "handshake", promotion_page.draw, ANYBODY, promotion),
        Room("catalogue", _("招商目录"), "menu_book", catalogue_page.draw, ANYBODY, promotion),
        Room("targets", _("目标"), "flag", targets_page.draw, ANYBODY, targets),
        Room("indicators", _("指标填报"), "pin", indicators_page.draw, ANYBODY, targets),
        Room("scores", _("记分卡"), "leaderboard", scores_page.draw, ANYBODY, targets),
    )


def _analysis(_: Translate) -> tuple[Room, ...]:
    """Return the pages of analyses."""
    from views.analysis.clusters import clusters_page
    from views.analysis.coverage import coverage_page
    from views.analysis.layers import layers_page
    from views.analysis.siting import siting_page

    analysis = _("分析")
    return (
        Room("clusters", _("聚集"), "bubble_chart", clusters_page.draw, ANYBODY, analysis),
        Room("coverage", _("覆盖"), "radar", coverage_page.draw, ANYBODY, analysis),
        Room("siting", _("选址"), "add_home_work", siting_page.draw, ANYBODY, analysis),
        Room("layers", _("图层"), "layers", layers_page.draw, SIGNED_IN, analysis),
    )


def _desk(_: Translate) -> tuple[Room, ...]:
    """Return the pages where records are filed and reviewed."""
    from views.editing import bulk_page, edit_page, history, merge_page
    from views.intake import import_page
    from views.office import claims, clinics_page, geocode_page
    from views.review import review_page

    filing = _("填报与审核")
    return (
        Room("import", _("上传"), "upload_file", import_page.draw, EDITORS, filing),
        Room("bulk", _("批量修改"), "table_edit", bulk_page.draw, EDITORS, filing),
        Room("review", _("审核修改"), "fact_check", review_page.draw, EDITORS, filing),
        Room("claims", _("认领"), "add_location_alt", claims.draw, EDITORS, filing),
        Room("clinics", _("村卫生室"), "local_hospital", clinics_page.draw, EDITORS, filing),
        Room("edit", _("修改项目"), "edit", edit_page.draw, SIGNED_IN, listed=False),
        Room("merge", _("合并重复"), "merge", merge_page.draw, EDITORS, listed=False),
        Room("history", _("修改记录"), "history", history.draw, SIGNED_IN, listed=False),
        Room("geocode", _("解析地址"), "travel_explore", geocode_page.draw, EDITORS, listed=False),
    )


def _apart(_: Translate) -> tuple[Room, ...]:
    """Return sources and accounts."""
    from views import sources_page
    from views.accounts import accounts_page
    from views.status import status_page

    return (
        Room("sources", _("来源与许可"), "info", sources_page.draw, ANYBODY),
        Room("account", _("我的账户"), "person", _account, SIGNED_IN, listed=False),
        Room("accounts", _("账户管理"), "manage_accounts", accounts_page.draw, ADMINISTRATORS, listed=False),
        Room("status", _("运行状况"), "monitor_heart", status_page.draw, ADMINISTRATORS, listed=False),
    )


def _account(shell: Shell) -> None:
    from views.accounts import account_page

    account_page.draw(
        shell.identity, shell.token, wiring.doorkeeper(), shell.translate, wiring.watch(shell.token)
    )
