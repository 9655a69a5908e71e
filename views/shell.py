"""What every page needs: library, settings, language, and failures in plain words."""

import errno
import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from data import wiring
from data.settings import Settings, load
from data.wiring import ClusterError, PostgisLibrary
from projects.accounts import Accounts
from projects.analysis.ports import Analysis
from projects.attachments import Attachments
from projects.clinics import Clinics
from projects.codes import Level
from projects.directories.ports import Directories
from projects.errors import (
    AtlasError,
    Busy,
    DiskFull,
    OutcomeUnknown,
    SetupIncomplete,
    SignInNeeded,
    StorageUnavailable,
    TooSlow,
    UnknownRecord,
)
from projects.evaluation import Evaluations
from projects.filing.desk import Desk
from projects.filters import ProjectFilter
from projects.identity import NOBODY, Identity
from projects.lifecycle.ports import Schedule
from projects.matters.ports import Matters
from projects.money.ports import Ledger
from projects.packs import Packs
from projects.plans.ports import Editions
from projects.promotion.ports import Promotion
from projects.rounds import Rounds
from projects.scores.ports import Scorecards
from projects.targets.ports import Targets
from projects.tokens import ApiTokens
from projects.unit_register import UnitRegister
from projects.watch import Watch
from projects.week import Week
from projects.work import Jobs
from services.map_scene import MapScenes
from views.i18n import Translate, translator
from views.notices import notice
from views.options import Choices
from views.state import Defaults

STATIC: Final = Path(__file__).resolve().parent.parent / "static"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shell:
    """The things a page is given; ``version`` is the mark of the data at the start of the run.

    ``library`` shows what everybody may see, so that map, table and exports agree; ``desk``, ``jobs``,
    ``accounts`` and ``clinics`` act with the rights of ``token``, the session of ``identity``.
    """

    library: PostgisLibrary
    scenes: MapScenes
    choices: Choices
    settings: Settings
    language: str
    translate: Translate
    version: str
    token: str = field(default="", repr=False)
    identity: Identity = NOBODY

    @property
    def desk(self) -> Desk:
        """What this person does with records."""
        return wiring.desk(self.token)

    @property
    def jobs(self) -> Jobs:
        """This person's long work."""
        return wiring.jobs(self.token)

    @property
    def accounts(self) -> Accounts:
        """The administration of accounts."""
        return wiring.accounts(self.token)

    @property
    def tokens(self) -> ApiTokens:
        """The tokens with which other programs read the open interface."""
        return wiring.tokens(self.token)

    @property
    def attachments(self) -> Attachments:
        """The files of the records this person may see."""
        return wiring.attachments(self.token)

    @property
    def office_files(self) -> Attachments:
        """The files of matters, directories and evaluations this person may see."""
        return wiring.office_files(self.token)

    @property
    def clinics(self) -> Clinics:
        """The slots and clinics of the counties."""
        return wiring.clinics(self.token)

    @property
    def reading_token(self) -> str:
        """The session that public figures are read with: none where everybody may read them."""
        return "" if self.settings.anonymous_reads else self.token

    @property
    def ledger(self) -> Ledger:
        """The money of the published records."""
        return wiring.ledger(self.reading_token)

    @property
    def schedule(self) -> Schedule:
        """Steps, stages and what is late."""
        return wiring.schedule(self.token)

    @property
    def editions(self) -> Editions:
        """Editions of rolling plans and catalogues."""
        return wiring.editions(self.token)

    @property
    def promotion(self) -> Promotion:
        """Opportunities, visits and the funnel."""
        return wiring.promotion(self.token)

    @property
    def targets(self) -> Targets:
        """What is promised and what is there; indicator reports."""
        return wiring.targets(self.token)

    @property
    def scorecards(self) -> Scorecards:
        """How complete, how punctual, how near to the targets."""
        return wiring.scorecards(self.token)

    @property
    def analysis(self) -> Analysis:
        """Placed records, areas with census figures and loaded layers."""
        return wiring.analysis(self.token)

    @property
    def packs(self) -> Packs:
        """What was made to leave the building, and the links to it."""
        return wiring.packs(self.token)

    @property
    def matters(self) -> Matters:
        """Matters to settle and joint meetings."""
        return wiring.matters(self.token)

    @property
    def directories(self) -> Directories:
        """Dated lists whose columns files define."""
        return wiring.directories(self.token)

    @property
    def evaluations(self) -> Evaluations:
        """What third-party evaluators found."""
        return wiring.evaluations(self.token)

    @property
    def unit_register(self) -> UnitRegister:
        """The registry of units, with renamings and mergers."""
        return wiring.unit_register(self.token)

    @property
    def rounds(self) -> Rounds:
        """The Monday lists."""
        return wiring.rounds(self.token)

    @property
    def watch(self) -> Watch:
        """How the installation stands, and who signed in."""
        return wiring.watch(self.token)

    @property
    def week(self) -> Week:
        """What changed of late."""
        return wiring.week(self.token)

    @property
    def demo(self) -> bool:
        """Whether this is the practice database."""
        return wiring.is_practice()

    @property
    def defaults(self) -> Defaults:
        """What a bare address means here."""
        return defaults(self.settings)


def defaults(settings: Settings) -> Defaults:
    """Return what a bare address means under these settings."""
    return Defaults(settings.language, settings.scenario_open)


@lru_cache(maxsize=8)
def _tools(token: str) -> tuple[PostgisLibrary, MapScenes, Choices]:
    """Return the library with its caches; what it shows is the same for all who may read at all.

    Where everybody may, all share one (``token`` empty); otherwise each session has its own.
    """
    library = wiring.library_of(token)
    return library, MapScenes(library), Choices(library)


def open_shell(language: str, token: str = "", identity: Identity = NOBODY) -> Shell:
    """Return library, scenes and words for a page in ``language``; raises when the database is away."""
    settings = load()
    library, scenes, choices = _tools("" if settings.anonymous_reads else token)
    words = translator(language)
    return Shell(library, scenes, choices, settings, language, words, library.version(), token, identity)


def home_filter(shell: Shell) -> ProjectFilter:
    """Return the filter of the office's own area (``HOME_AREA``), the whole library when none is set."""
    code = shell.settings.home_area
    area = shell.library.area(code) if code else None
    if area is None or area.level is Level.NATION:
        return ProjectFilter()
    return ProjectFilter.model_validate({str(area.level): (code,)})


def credit(shell: Shell) -> str:
    """Return the line that stands on every map and export; one of practice says so in it."""
    chosen = shell.settings
    mark = shell.translate("演示数据") if chosen.demo else ""
    return " · ".join(part for part in (chosen.credit_line, chosen.map_approval_number, mark) if part)


@contextmanager
def in_plain_words(translate: Translate) -> Iterator[None]:
    """Turn failures into a sentence on the page; nothing the reader typed is lost, a reload tries again."""
    try:
        yield
    except (StorageUnavailable, SetupIncomplete, ClusterError) as error:
        _log.warning("storage: %s", error)
        _forget_library()
        notice(storage_words(error, translate), "error")
    except SignInNeeded:
        notice(translate("登录已过期或尚未登录。已填写的内容仍在本页：请在新窗口重新登录，再回到本页继续。"))
    except UnknownRecord as error:
        notice(translate("没有找到这条记录，可能已被合并或删除：{detail}").format(detail=error))
    except AtlasError as error:
        notice(str(error), "error")
    except OSError as error:
        _log.error("file: %s", error)
        notice(disk_words(error, translate), "error")
    except Exception as error:  # noqa: BLE001 - the last resort of a page: logged with its trace under a number
        notice(surprise(error, translate), "error")


def storage_words(error: Exception, _: Translate) -> str:
    """Return what a missing or empty database means for the reader, and who does what next."""
    if isinstance(error, SetupIncomplete) or "data init" in str(error):
        return _("数据库还没有初始化。请管理员在服务器上运行 python -m data init，完成后刷新本页。")
    for kind, words in _refusals(_).items():
        if isinstance(error, kind):
            return words
    return _(
        "数据库暂时没有响应，可能正在重启。您的筛选条件仍在地址栏中，请稍候刷新页面；"
        "如仍不行，请管理员在服务器上运行 python -m data status。"
    )


def _refusals(_: Translate) -> dict[type[StorageUnavailable], str]:
    """Return what the reader is told when the database is there and does not do what was asked."""
    return {
        OutcomeUnknown: _(
            "保存时连接中断，不知道是否已经存上：要么全部存上，要么一点没有。请刷新本页看一看，再决定要不要重做。"
        ),
        DiskFull: _("数据库所在的磁盘已满，没有保存任何内容。请管理员腾出空间后再试；已填写的内容仍在本页。"),
        Busy: _("别人正在修改同一批内容，这次没有保存。请过一会儿再试；已填写的内容仍在本页。"),
        TooSlow: _("这次查询用时太久，已停止，没有改动任何内容。请缩小筛选范围后再试。"),
    }


def disk_words(error: OSError, _: Translate) -> str:
    """Return what a file that cannot be written or read means for the reader, without naming places."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _("服务器的磁盘已满，文件没有保存。请管理员腾出空间后再试一次；已填写的内容仍在本页。")
    return _(
        "服务器上的文件暂时不能读写（{why}），文件没有保存。请稍后再试；如仍不行，请告诉管理员。"
    ).format(why=error.strerror or type(error).__name__)


def why_not(error: AtlasError | OSError, translate: Translate) -> str:
    """Return why something was not done, for a place that goes on with the rest."""
    if isinstance(error, OSError):
        return disk_words(error, translate)
    return storage_words(error, translate) if isinstance(error, StorageUnavailable) else str(error)


def surprise(error: Exception, translate: Translate) -> str:
    """Log what nobody expected under a short number, and return the sentence that names the number."""
    number = secrets.token_hex(3).upper()
    _log.error("unexpected failure %s", number, exc_info=error)
    return translate(
        "这一部分出错了，其余部分照常可用。请刷新页面；如仍出错，请把编号 {number} 告诉管理员。"
    ).format(number=number)


def guarded(draw: Callable[[], None], translate: Translate) -> None:
    """Draw a part of a page; a failure there becomes a sentence there."""
    with in_plain_words(translate):
        draw()


def _forget_library() -> None:
    """Open the database anew at the next run: the private cluster is started again if it was stopped."""
    wiring.forget()
    _tools.cache_clear()
