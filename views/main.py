"""What each page run does: page setup, language, navigation; each page is drawn in its own module."""

from pathlib import Path

import streamlit as st

from data.settings import load
from layers import assets
from layers.html import element, escape
from views import state
from views.i18n import LANGUAGES, Translate, translator
from views.shell import defaults, guarded, open_shell, surprise
from views.style import CSS

ICON = Path(__file__).with_name("icon.png")


def main() -> None:
    """Draw the page that the address names, in the reader's language.

    The pages are imported here: st_folium registers itself with the running server, and this module is read
    before there is one.
    """
    from views import map_page, sources_page

    st.set_page_config(
        page_title="健康产业一张图 · Health Industry Atlas",
        page_icon=str(ICON),
        layout="wide",
        initial_sidebar_state="auto",
    )
    st.html(CSS)
    assets.use_local()
    language = state.open_language(defaults(load()), LANGUAGES)
    _ = translator(language)
    page = st.navigation(
        [
            st.Page(
                lambda: guarded(lambda: map_page.draw(open_shell(language)), _),
                title=_("地图"),
                icon=":material/map:",
                url_path="map",
                default=True,
            ),
            st.Page(
                lambda: guarded(lambda: sources_page.draw(open_shell(language)), _),
                title=_("来源与许可"),
                icon=":material/menu_book:",
                url_path="sources",
            ),
        ],
        position="top",
    )
    _header(_)
    page.run()


def _header(_: Translate) -> None:
    """Draw the title and the language switch."""
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="header"
    ):
        st.html(
            element("p", escape(_("健康产业一张图")), class_="atlas-title")
            + element("p", escape(_("五份政府文件点名的项目 · 县界 · 每个值都有来源")), class_="atlas-sub"),
            width="content",
        )
        st.segmented_control(
            _("语言"),
            list(LANGUAGES),
            key="language",
            format_func=LANGUAGES.__getitem__,
            label_visibility="collapsed",
            required=True,
        )


def script_failed(error: Exception) -> bool:
    """Show a sentence with a number instead of a stack trace; for ``st.App(on_script_error=…)``."""
    st.error(surprise(error, translator(str(st.session_state.get("language", load().language)))))
    return True
