"""Joins a bench and the packs of a session to one installation: database, settings, data folder."""

import gettext
from datetime import datetime
from functools import cache
from typing import Final

from data.database import Database
from data.exports.request import ExportRequest
from data.settings import ROOT, Settings
from data.store.library import PostgisLibrary
from data.store.lifecycle.schedule import PostgisSchedule
from data.store.money.ledger import PostgisLedger
from data.store.packs import PLACE, PostgisPacks
from data.store.promotion.promotion import PostgisPromotion
from projects.lifecycle.dispatch import OFFICE_TIME
from projects.packs import Order
from services.map_scene import MapScenes
from services.pack import template
from services.pack.bench import Bench, Words

LOCALE: Final = ROOT / "locale"
TEMPLATES: Final = "templates"
"""Folder of the office's own templates in the data folder."""


def packs_of(database: Database, token: str, settings: Settings) -> PostgisPacks:
    """Return the packs of a session in the data folder of an installation."""
    return PostgisPacks(database, token, settings.files_dir / PLACE, settings.pack_keep_days)


def bench_of(database: Database, token: str, settings: Settings, order: Order) -> Bench:
    """Return the means of the makers, all with the rights of one session ("": of nobody).

    Raises ``BadValue`` for templates of the office that cannot be used.
    """
    library = PostgisLibrary(database, token)
    return Bench(
        library=library,
        ledger=PostgisLedger(database, token),
        schedule=PostgisSchedule(database, token),
        scenes=MapScenes(library),
        request=ExportRequest.of(settings, order.chosen, language=order.language, title=order.title),
        template=template.load(settings.data_dir / TEMPLATES),
        when=datetime.now(OFFICE_TIME).date(),
        words=words(order.language),
        paper=order.paper,
        dispatch_day=settings.dispatch_day,
        promotion=PostgisPromotion(database, token),
    )


@cache
def words(language: str) -> Words:
    """Return what puts a Chinese sentence into the language; the empty one stays empty."""
    if language == "zh":
        return str
    translate = gettext.translation("atlas", LOCALE, [language], fallback=True).gettext
    return lambda sentence: translate(sentence) if sentence else sentence
