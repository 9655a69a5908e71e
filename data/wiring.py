"""The single place that joins ports to adapters: settings → database → library, desk, jobs, accounts."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache, lru_cache

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from data import practice
from data import settings as settings_module
from data.attachments import OFFICE, StoredAttachments
from data.cluster import Cluster, ClusterError, Report
from data.database import Database, first_line
from data.exports.unit_workbook import unit_workbook
from data.jobs.queue import PostgisJobs
from data.settings import Settings
from data.store import owner_units
from data.store.accounts import PostgisAccounts
from data.store.clinics import PostgisClinics
from data.store.desk import PostgisDesk
from data.store.library import PostgisLibrary
from data.store.lifecycle.schedule import PostgisSchedule
from data.store.money.ledger import PostgisLedger
from data.store.packs import PLACE as PACKS
from data.store.packs import Kept, PostgisPacks, opened_by_link
from data.store.plans.editions import PostgisEditions
from data.store.promotion.promotion import PostgisPromotion
from data.store.scores.cards import PostgisScorecards
from data.store.sessions import Doorkeeper
from data.store.targets.adapter import PostgisTargets
from data.store.tokens import PostgisTokens
from data.version import version as program_version
from projects.analysis.ports import Analysis
from projects.directories.ports import Directories
from projects.errors import StorageUnavailable
from projects.evaluation import Evaluations
from projects.matters.ports import Matters
from projects.rounds import Rounds
from projects.scores.model import TargetsMet
from projects.scores.targets import met_by_area
from projects.unit_register import UnitRegister
from projects.watch import Watch
from projects.week import Week

__all__ = [
    "ClusterError",
    "PostgisLibrary",
    "accounts",
    "analysis",
    "attachments",
    "clinics",
    "database",
    "desk",
    "directories",
    "doorkeeper",
    "editions",
    "evaluations",
    "forget",
    "is_practice",
    "jobs",
    "ledger",
    "library",
    "library_of",
    "matters",
    "office_files",
    "open_database",
    "pack_by_link",
    "packs",
    "program_version",
    "promotion",
    "revive",
    "rounds",
    "schedule",
    "scorecards",
    "targets",
    "tokens",
    "unit_register",
    "watch",
    "week",
    "workbook",
]

EXTENSIONS = ("postgis", "pg_trgm", "btree_gist")


def open_database(settings: Settings, report: Report | None = None) -> Database:
    """Return the configured database, starting the private cluster when no ``DATABASE_URL`` is set.

    Raises ``ClusterError`` or ``StorageUnavailable`` with a sentence on what to do.
    """
    if settings.demo:
        return practice.opened(settings, report)
    if settings.database_url:
        _check_server(settings.database_url)
        return Database(settings.database_url)
    urls = Cluster(settings.data_dir, report=report, archive=settings.wal_archive).ensure()
    return Database(urls.app, urls.owner)


@cache
def database() -> Database:
    """Return the database of this process, opened once and told what this installation allows.

    Pages go through ``DATABASE_POOL_URL`` where one is set; commands and workers open their own, directly.
    """
    settings = settings_module.load()
    opened = open_database(settings)
    if settings.database_pool_url:
        opened.through(settings.database_pool_url)
    if not settings.demo:
        practice.refuse_practice(opened)
    with opened.owning() as connection:
        if connection.scalar(text("SELECT to_regclass('access_policy') IS NOT NULL")):
            owner_units.set_policy(connection, settings.anonymous_reads)
    return opened


@cache
def is_practice() -> bool:
    """Return whether the database that is served holds practice data; it says so itself."""
    return practice.marked(database())


@cache
def library() -> PostgisLibrary:
    """Return the library of this process as everybody may see it."""
    return PostgisLibrary(database())


def library_of(token: str) -> PostgisLibrary:
    """Return the library as the holder of a session sees it; without one, as everybody may."""
    return library().for_session(token) if token else library()


@cache
def doorkeeper() -> Doorkeeper:
    """Return who opens and ends sessions."""
    return Doorkeeper(database(), settings_module.load().session_hours)


def desk(token: str) -> PostgisDesk:
    """Return what the holder of a session does with records."""
    return PostgisDesk(database(), token)


def jobs(token: str) -> PostgisJobs:
    """Return the long work of the holder of a session."""
    return PostgisJobs(database(), token)


def accounts(token: str) -> PostgisAccounts:
    """Return the administration of accounts, for the holder of a session."""
    return PostgisAccounts(database(), token)


def tokens(token: str) -> PostgisTokens:
    """Return the tokens of the open interface, for the holder of a session."""
    return PostgisTokens(database(), token)


def clinics(token: str) -> PostgisClinics:
    """Return the slots and clinics of the counties, for the holder of a session."""
    return PostgisClinics(database(), token)


def attachments(token: str) -> StoredAttachments:
    """Return the files of the records that the holder of a session may see."""
    settings = settings_module.load()
    return StoredAttachments(database(), token, settings.files_dir / "attachments", settings.max_upload_mb)


def office_files(token: str) -> StoredAttachments:
    """Return the files of matters, directories and evaluations that the holder of a session may see."""
    settings = settings_module.load()
    folder = settings.files_dir / "attachments"
    return StoredAttachments(database(), token, folder, settings.max_upload_mb, OFFICE)


def ledger(token: str) -> PostgisLedger:
    """Return the money of the records as the holder of a session (empty: nobody) sees it."""
    return PostgisLedger(database(), token)


def schedule(token: str) -> PostgisSchedule:
    """Return steps and stages, for the holder of a session or nobody."""
    return PostgisSchedule(database(), token)


def editions(token: str) -> PostgisEditions:
    """Return the editions of plans and catalogues, for the holder of a session or nobody."""
    return PostgisEditions(database(), token)


def promotion(token: str) -> PostgisPromotion:
    """Return opportunities, visits and the funnel, for the holder of a session or nobody."""
    return PostgisPromotion(database(), token)


def targets(token: str) -> PostgisTargets:
    """Return targets and indicator reports, for the holder of a session or nobody."""
    return PostgisTargets(database(), token)


def scorecards(token: str) -> PostgisScorecards:
    """Return the scorecards, for the holder of a session or nobody."""
    return PostgisScorecards(
        database(), token, lambda: _met(token, library_of(token).version(), date.today())
    )


@lru_cache(maxsize=16)
def _met(token: str, version: str, today: date) -> Mapping[str, TargetsMet]:
    """Return how the targets of the areas stand, which no filter changes: once per version and day."""
    del version
    return met_by_area(targets(token).board(today))


def analysis(token: str) -> Analysis:
    """Return what analyses read and the loaded layers, for the holder of a session or nobody."""
    from data.store.analysis.adapter import PostgisAnalysis

    return PostgisAnalysis(database(), token, settings_module.load().files_dir / "layers")


def matters(token: str) -> Matters:
    """Return matters and meetings, for the holder of a session."""
    from data.store.matters.adapter import PostgisMatters

    return PostgisMatters(database(), token)


def directories(token: str) -> Directories:
    """Return the directories, for the holder of a session or nobody."""
    from data.store.directories.adapter import PostgisDirectories

    return PostgisDirectories(database(), token, settings_module.load())


def evaluations(token: str) -> Evaluations:
    """Return the findings of evaluators, for the holder of a session."""
    from data.store.evaluations import PostgisEvaluations

    return PostgisEvaluations(database(), token)


def unit_register(token: str) -> UnitRegister:
    """Return the registry of units, for the holder of a session."""
    from data.store.unit_register import PostgisUnitRegister

    return PostgisUnitRegister(database(), token)


def rounds(token: str) -> Rounds:
    """Return the Monday lists, for the holder of a session."""
    from data.store.rounds import PostgisRounds

    return PostgisRounds(database(), token, settings_module.load().files_dir / "rounds")


def week(token: str) -> Week:
    """Return what changed of late, for the holder of a session or nobody."""
    from data.store.week import PostgisWeek

    return PostgisWeek(database(), token)


def watch(token: str) -> Watch:
    """Return what the holder of a session may watch."""
    from data.store.watch import PostgisWatch

    return PostgisWatch(database(), token, settings_module.load().data_dir)


def packs(token: str) -> PostgisPacks:
    """Return the packs of the holder of a session, and the frozen editions for everybody."""
    settings = settings_module.load()
    return PostgisPacks(database(), token, settings.files_dir / PACKS, settings.pack_keep_days)


def pack_by_link(token: str, fetching: bool) -> tuple[Kept, datetime]:
    """Return the pack behind a link and when the link ends, counted; raises ``UnknownRecord``."""
    place = settings_module.load().files_dir / PACKS
    return opened_by_link(database(), place, token, fetching=fetching)


def workbook(token: str, unit_id: str, language: str, blank: bool = False) -> tuple[bytes, str]:
    """Return the pre-filled (or blank) workbook of a unit and its file name; raises ``NotAllowed``."""
    return unit_workbook(database(), token, unit_id, language, blank=blank)


def revive(settings: Settings) -> bool:
    """Start the private database again when it fell over, not when it was stopped; whether it was started.

    For the worker: without anybody at a page nobody else would. Raises ``ClusterError``.
    """
    if settings.database_url or not Cluster(settings.data_dir).fell():
        return False
    open_database(settings).dispose()
    return True


def forget() -> None:
    """Open everything anew at the next call: the private cluster is started again if it was stopped."""
    for opened in (database, is_practice, library, doorkeeper, _met):
        opened.cache_clear()


def _check_server(url: str) -> None:
    """See to it that a server given by address has the extensions, or say who can add them."""
    engine = create_engine(url, connect_args={"connect_timeout": 5})
    try:
        for name in EXTENSIONS:
            with engine.begin() as connection:
                connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {name}"))
    except SQLAlchemyError as error:
        raise StorageUnavailable(
            f"DATABASE_URL cannot be used: {first_line(error)}. Check the address, or ask the administrator"
            f" for CREATE EXTENSION {', '.join(EXTENSIONS)}"
        ) from error
    finally:
        engine.dispose()
