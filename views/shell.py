"""What every page needs: library, settings, language, and failures in plain words."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import streamlit as st

from data import wiring
from data.cluster import ClusterError
from data.settings import Settings, load
from data.store.library import PostgisLibrary
from projects.codes import Level
from projects.errors import AtlasError, StorageUnavailable, UnknownRecord
from projects.filters import ProjectFilter
from services.map_scene import MapScenes
from views.i18n import Translate, translator


@dataclass(frozen=True, slots=True)
class Shell:
    """The things a page is given."""

    library: PostgisLibrary
    scenes: MapScenes
    settings: Settings
    language: str
    translate: Translate


@cache
def _scenes() -> MapScenes:
    return MapScenes(wiring.library())


def open_shell(language: str) -> Shell:
    """Return library, scenes and words for a page in ``language``."""
    return Shell(wiring.library(), _scenes(), load(), language, translator(language))


def home_filter(shell: Shell) -> ProjectFilter:
    """Return the filter of the office's own area (``HOME_AREA``), the whole library when none is set."""
    code = shell.settings.home_area
    area = shell.library.area(code) if code else None
    if area is None or area.level is Level.NATION:
        return ProjectFilter()
    return ProjectFilter.model_validate({str(area.level): (code,)})


def credit(shell: Shell) -> str:
    """Return the line that stands on every map and export."""
    number = shell.settings.map_approval_number
    return f"{shell.settings.credit_line} · {number}" if number else shell.settings.credit_line


@contextmanager
def in_plain_words(translate: Translate) -> Iterator[None]:
    """Turn our own failures into a sentence on the page; nothing the reader typed is lost, a reload tries again."""
    try:
        yield
    except (StorageUnavailable, ClusterError):
        st.error(translate("数据库暂时没有响应，可能正在重启。您的筛选条件仍在地址栏中，请稍候刷新页面；"
                           "如仍不行，请管理员在服务器上运行 python -m data status。"), icon=":material/database_off:")
    except UnknownRecord as error:
        st.warning(translate("没有找到这条记录，可能已被合并或删除：{detail}").format(detail=error))
    except AtlasError as error:
        st.error(str(error))


def guarded(draw: Callable[[], None], translate: Translate) -> None:
    """Draw a part of a page; a failure there becomes a sentence there."""
    with in_plain_words(translate):
        draw()
