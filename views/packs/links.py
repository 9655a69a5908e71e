"""Whole addresses to hand on: this server as the reader's browser calls it, and what lies below it."""

from urllib.parse import quote, urlsplit

import streamlit as st

from projects.packs import Pack, PackFile
from services.pack.web.routes import edition_path, path_of


def here() -> str:
    """Return the address of this page as the browser has it."""
    return st.context.url or "/"


def root(url: str) -> str:
    """Return the address of the map page as the browser has it, with a slash at its end.

    >>> root("https://a.example/atlas/packs?pack=3"), root("http://10.0.0.8:8501/")
    ('https://a.example/atlas/', 'http://10.0.0.8:8501/')
    """
    parts = urlsplit(url)
    folder = parts.path.rpartition("/")[0] + "/"
    return f"{parts.scheme}://{parts.netloc}{folder}" if parts.netloc else folder


def absolute(path: str) -> str:
    """Return the whole address of a path of this site, to be copied into a message.

    The path counts from the map page, with or without a slash before it.
    """
    return root(here()) + path.lstrip("/")


def file_address(pack: Pack, file: PackFile) -> str:
    """Return the path of a file of a pack: of a frozen one the permanent one."""
    if pack.edition_id is None:
        return path_of(pack.id, file.name)
    return f"{edition_path(pack.edition_id)}/{quote(file.name, safe='')}"
