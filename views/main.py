"""What each page run does: page setup, language, navigation; each page is drawn in its own module."""

from pathlib import Path

import streamlit as st

from data.settings import load
from layers import assets
from layers.html import element, escape
from views import map_page, sources_page
from views.i18n import LANGUAGES, translator
from views.shell import Shell, guarded, in_plain_words, open_shell
from views.style import CSS

ICON = Path(__file__).with_name("icon.png")
STATIC = Path(__file__).resolve().parent.parent / "static"


def main() -> None:
    """Draw the page that the address names, in the reader's language."""
    st.set_page_config(page_title="健康产业一张图", page_icon=str(ICON), layout="wide")
    st.html(CSS)
    language = _language()
    _ = translator(language)
    if problem := assets.start(STATIC):
        st.error(problem)
        return
    with in_plain_words(_):
        shell = open_shell(language)
        page = st.navigation([
            st.Page(lambda: _page(shell), title=_("地图"), icon=":material/map:", url_path="map", default=True),
            st.Page(lambda: guarded(lambda: sources_page.draw(shell), _), title=_("来源与许可"),
                    icon=":material/menu_book:", url_path="sources"),
        ], position="top")
        page.run()


def _page(shell: Shell) -> None:
    title, switch = st.columns([0.8, 0.2], vertical_alignment="center")
    _ = shell.translate
    title.html(element("p", escape(_("健康产业一张图")), class_="atlas-title")
               + element("p", escape(_("五份政府文件点名的项目 · 县界 · 每个值都有来源")), class_="atlas-sub"))
    with switch:
        st.segmented_control(_("语言"), list(LANGUAGES), key="language", format_func=LANGUAGES.__getitem__,
                             label_visibility="collapsed", required=True)
    guarded(lambda: map_page.draw(shell), _)


def _language() -> str:
    """Return the page's language: the switch, else the address, else the setting."""
    if st.session_state.get("language") not in LANGUAGES:
        asked = st.query_params.get("lang", "")
        st.session_state.language = asked if asked in LANGUAGES else load().language
    return str(st.session_state.language)
