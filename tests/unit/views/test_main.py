"""Who is let into a page, and what somebody sees whose session has ended."""

from __future__ import annotations

from typing import Any

import pytest

from projects.identity import Identity, Role
from views import main, who
from views.rooms import ANYBODY, EDITORS, Room
from views.shell import Shell
from views.who import Who

EDITOR = Who("token", Identity(1, "a", "甲", Role.EDITOR))


def entered(monkeypatch: pytest.MonkeyPatch, path: str, here: Who, roles: frozenset[Role] = EDITORS) -> str:
    """Return what is drawn of a page: itself, the gate, or a sentence."""
    drawn: list[str] = []

    def page(_shell: Shell) -> None:
        drawn.append("page")

    monkeypatch.setattr(main, "open_shell", lambda *_given: None)
    monkeypatch.setattr(who, "draw_gate", lambda _words, **_: drawn.append("gate"))
    monkeypatch.setattr(main, "notice", lambda *_given: drawn.append("sentence"))
    room: Any = Room(path, "", "", page, roles)
    main._enter(room, "zh", here, str)
    return " ".join(drawn)


@pytest.mark.parametrize("path", ["edit", "bulk"])
def test_a_form_stays_in_sight_when_the_session_has_ended(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    assert entered(monkeypatch, path, Who(ended=True)) == "page"
    assert entered(monkeypatch, path, Who()) == "gate"


@pytest.mark.parametrize("path", ["home", "review", "accounts"])
def test_other_pages_close_with_the_session(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    assert entered(monkeypatch, path, Who(ended=True)) == "gate"


def test_a_page_goes_by_the_role(monkeypatch: pytest.MonkeyPatch) -> None:
    assert entered(monkeypatch, "home", EDITOR) == "page"
    assert entered(monkeypatch, "accounts", EDITOR, frozenset((Role.ADMINISTRATOR,))) == "sentence"
    assert entered(monkeypatch, "map", Who(), ANYBODY) == "page"
