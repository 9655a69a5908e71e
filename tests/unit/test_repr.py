"""What a mistake might print: no value of ours shows a token, a password or a contact in its ``repr``."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from collections.abc import Iterator

from data.store.sessions import Admission, Outcome
from projects.promotion.opportunities import Contact

PACKAGES = ("projects", "data", "services", "views")
SKIPPED = ("data.__main__", "data.migrations", "data.jobs.__main__")
SECRET = frozenset(("token", "password", "secret", "phone", "contact", "contacts"))
NONE = frozenset(("data.store.directories.asking.Wanted.contacts",))
"""Named like one and none: a piece of a statement."""


def classes() -> Iterator[type]:
    """Yield every dataclass of ours."""
    for package in PACKAGES:
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if not module.name.startswith(SKIPPED):
                for found in vars(importlib.import_module(module.name)).values():
                    if isinstance(found, type) and dataclasses.is_dataclass(found):
                        yield found


def shows(kind: type) -> list[str]:
    """Return the texts of a dataclass that must not be shown and are."""
    return [
        f"{kind.__module__}.{kind.__name__}.{one.name}"
        for one in dataclasses.fields(kind)
        if one.name in SECRET and "str" in str(one.type) and one.repr
    ]


def test_no_secret_is_in_a_repr() -> None:
    assert sorted({name for kind in classes() for name in shows(kind)} - NONE) == []


def test_what_is_asked_of_every_class_holds_for_these() -> None:
    assert "geheim" not in repr(Admission(Outcome.IN, "geheim"))
    assert "138" not in repr(Contact("王", "13800138000")) and "王" not in repr(Contact("王"))


def test_a_class_that_shows_a_token_is_found() -> None:
    made = dataclasses.make_dataclass("Loose", [("token", str), ("name", str)])
    assert [name.rpartition(".")[2] for name in shows(made)] == ["token"]
