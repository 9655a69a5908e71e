"""Every free text of the database hostile, every page opened in a real browser: a text stays a text.

No dialog, no script, no request to anywhere else, no element made of a text, no error in the console.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser

from data.cluster import Cluster
from tests.attacks.hostile import TEXTS
from tests.attacks.world import World, guarded, hostile_world
from tests.ui.conftest import chromium
from tests.ui.guide_visitor import PASSWORD
from views import rooms
from views.i18n import translator

__all__ = ["chromium"]
pytestmark = [pytest.mark.browser, pytest.mark.db]

CARDS = (
    "?id={project}",
    "?q=script",
    "directories?dir={directory}",
    "directories?dir={directory}&show=compare",
    "matters?matter={matter}",
    "matters?new=1",
    "meetings?meeting={meeting}",
    "evaluation?evaluation={evaluation}",
    "rounds?round={round}",
    "packs?pack={pack}",
    "edit?id={project}",
    "history?history={project}",
    "review?set={set}",
    "rolling?edition={edition}",
    "catalogue?edition={catalogue}",
    "promotion?tab=events",
    "promotion?tab=compare&compare={project}",
    "promotion?tab=funnel",
    "funding?show=projects",
    "funding?show=lines",
    "dispatch?show=steps",
    "dispatch?show=clashes",
    "import?job={job}",
    "layers?layer=1",
    "merge?id={project}",
)
"""Cards and parts of pages that the bare address of a page does not open."""
ROOMS = tuple(room.path for room in rooms.rooms(translator("zh")))
WHO = ("", "county", "reviewer", "admin")
SHORT = (("", "?id={project}"), ("admin", "review?set={set}"))
"""What `make test` looks at; the whole walk is long."""


@pytest.fixture(scope="module")
def world(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with hostile_world(cluster, tmp_path_factory.mktemp("hostile")) as made:
        yield made


def test_the_texts_are_in_every_sort_of_thing(world: World) -> None:
    """Else the walks below would pass where nothing is stored."""
    assert world.missing == []
    tables = {name.split(".")[0] for name in world.spoilt}
    assert tables >= {
        *("project", "project_place", "project_alias", "finance_line", "milestone", "approval_step"),
        *("matter", "matter_entry", "meeting", "meeting_item", "directory", "directory_entry", "evaluation"),
        *("unit", "owner_unit", "account", "api_token", "area", "source", "history", "change", "change_set"),
        *("monday_round", "monday_sheet", "pack", "job", "analysis_layer", "attachment", "office_file"),
        *("edition", "edition_entry", "promotion_event", "data_issue"),
    }
    assert {"project.name", "matter.title", "directory.title", "account.display_name"} <= world.spoilt


@pytest.mark.parametrize(("who", "address"), SHORT, ids=str)
def test_a_text_stays_a_text(world: World, chromium: Browser, who: str, address: str) -> None:
    with guarded(chromium, world.url, who) as seen:
        seen.look(address.format(**world.keys))
        assert "alert(" in seen.page.inner_text("body"), "the page shows a hostile text, as a text"
    assert seen.trouble == []


@pytest.mark.long
@pytest.mark.parametrize("width", [1366, 390])
@pytest.mark.parametrize("who", WHO)
def test_on_every_page_and_every_card(world: World, chromium: Browser, who: str, width: int) -> None:
    with guarded(chromium, world.url, who, width) as seen:
        for address in (*ROOMS[1:], *CARDS):
            seen.look(address.format(**world.keys))
    assert seen.trouble == []
    assert "Traceback" not in world.log.read_text("utf-8")


PARAMETERS = (
    *("id", "ids", "q", "county", "prefecture", "owner", "category", "document", "task", "show", "tab", "by"),
    *("dir", "edition", "against", "in", "pick", "flag", "p", "matter", "new", "about", "find", "unit"),
    *("meeting", "item", "evaluation", "round", "pack", "job", "set", "history", "with", "compare", "sort"),
    *("from", "to", "asof", "split", "event", "open", "back", "entry", "area", "since", "big", "of", "at"),
    *(
        "day",
        "list",
        "code",
        "year",
        "class",
        "view",
        "kind",
        "status",
        "indicator",
        "state",
        "scope",
        "parts",
    ),
    *("paper", "for", "eps", "min", "limit", "layer", "plan", "lang", "lat", "lon", "z", "shade"),
)


@pytest.mark.long
@pytest.mark.parametrize("who", ["", "admin"])
def test_nothing_of_an_address_becomes_part_of_a_page(world: World, chromium: Browser, who: str) -> None:
    with guarded(chromium, world.url, who) as seen:
        for n, room in enumerate(ROOMS):
            path = "" if room == "map" else room
            for said in (TEXTS[n % len(TEXTS)], TEXTS[0] + "\0"):
                seen.look(f"{path}?{urlencode(dict.fromkeys(PARAMETERS, said))}")
    assert seen.trouble == []


def test_nothing_secret_stands_in_the_log(world: World, chromium: Browser) -> None:
    """Signing in, a page and a wrong password, then the log: no password, no token of a session or a form."""
    with guarded(chromium, world.url, "county") as seen:
        seen.look("home?id={project}".format(**world.keys))
        values = [str(cookie.get("value", "")) for cookie in seen.page.context.cookies()]
        seen.page.context.clear_cookies()
        seen.page.goto(f"{world.url}/sign-in")
        seen.page.fill("#name", "county")
        seen.page.fill("#password", "not-the-password-1")
        seen.page.click("button[type=submit]")
        seen.page.wait_for_load_state()
    log = world.log.read_text("utf-8")
    secrets = [PASSWORD, "not-the-password-1", *(value for value in values if len(value) > 20)]
    assert len(secrets) > 2 and [one for one in secrets if one in log] == []
