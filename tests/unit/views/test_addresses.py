"""The addresses of all pages: what a page keeps for itself is never called as the filter of all pages is."""

from __future__ import annotations

import importlib
import pkgutil

import views
from projects.filters import ProjectFilter
from views.own_address import OwnAddress

OF_ALL = set(ProjectFilter.model_fields) | {"id", "lang", "scenario"}
ALONE = {"directories-held"}
"""Pages that do not carry the shared filter."""


def test_no_page_calls_its_own_what_the_filter_is_called() -> None:
    modules = [
        importlib.import_module(found.name) for found in pkgutil.walk_packages(views.__path__, "views.")
    ]
    own = {
        one._held: one._usual
        for module in modules
        for one in vars(module).values()
        if isinstance(one, OwnAddress)
    }
    assert len(own) > 10
    clashes = {page: OF_ALL & set(names) for page, names in own.items() if OF_ALL & set(names)}
    assert set(clashes) <= ALONE, clashes
