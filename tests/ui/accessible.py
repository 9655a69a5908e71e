"""axe-core over a page as it stands in the browser, in all its frames; WCAG 2.1 A and AA."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from projects.accounts import Placement
from projects.identity import Role
from tests.ui.guide_visitor import PASSWORD, Visitor

TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
OPTIONS: Final = {"runOnly": {"type": "tag", "values": list(TAGS)}, "resultTypes": ["violations"]}
THEIRS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({})
"""axe rule → parts of a selector: what is Streamlit's own and cannot be mended from outside.

Each line stands with its reason in docs/accessibility.md; there is none at present.
"""
PEOPLE: Final = {
    "county": ("演示·县级填报", Placement(Role.EDITOR, "440232")),
    "review": ("演示·市级审核", Placement(Role.REVIEWER, scope_code="440200")),
    "admin": ("演示·管理员", Placement(Role.ADMINISTRATOR)),
}
WIDTHS: Final = {1366: 900, 390: 844}

_AXE: Final = Axe()


def violations(page: Page) -> list[str]:
    """Return what axe objects to on a page, a line for each element: rule, selector, reason."""
    for frame in page.frames:
        frame.evaluate(_AXE.axe_script)
    found = _AXE.run(page, options=OPTIONS).response["violations"]
    return [line for one in found for line in _lines(one)]


def _lines(violation: Mapping[str, Any]) -> Iterator[str]:
    for node in violation["nodes"]:
        where = " ".join(map(str, node["target"]))
        if not any(part in where + node["html"] for part in THEIRS.get(violation["id"], ())):
            reason = " ".join(node.get("failureSummary", "").split())
            yield f"{violation['id']}: {where}: {node['html'][:160]}: {reason[:200]}"


@dataclass
class Walker(Visitor):
    """Somebody who opens pages and has each examined."""

    def examined(self, *addresses: str) -> dict[str, list[str]]:
        """Return what axe objects to, by address; a page without objection has no entry."""
        found = {}
        for address in addresses:
            self.open(address)
            found[address] = violations(self.page)
        return {address: said for address, said in found.items() if said}

    def open(self, address: str) -> None:
        """Open an address of the app; the sign-in pages are no pages of Streamlit."""
        self.page.goto(f"{self.url}/{address}")
        if not address.startswith(("sign-in", "sign-out", "password")):
            self.rest()


@contextmanager
def walking(browser: Browser, url: str, name: str = "", width: int = 1366) -> Iterator[Walker]:
    """Open a browser window of some width as somebody, nobody without a name."""
    context = browser.new_context(
        viewport={"width": width, "height": WIDTHS.get(width, 900)}, reduced_motion="reduce"
    )
    walker = Walker(context.new_page(), url)
    if name:
        walker.page.goto(f"{url}/sign-in")
        walker.page.fill("#name", name)
        walker.page.fill("#password", PASSWORD)
        walker.page.click("button[type=submit]")
    yield walker
    context.close()
