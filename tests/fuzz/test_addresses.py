"""What comes in through addresses and browsers: read, refused in words, or nobody's; never an exception."""

import asyncio
import math
from typing import Any, Final
from urllib.parse import quote

from itsdangerous import BadData
from starlette.requests import Request

from data.settings import Settings, SettingsError, read
from data.store.sessions import looks_like_token
from layers.events import read_click, read_view
from projects.errors import BadValue, NotAllowed
from projects.filters import FIELDS, from_params
from services import downloads, forms
from services.ogc.asking import check_filter
from services.ogc.callers import of_header
from services.ogc.catalogue import catalogue
from services.ogc.moments import span
from services.tickets import Tickets
from tests.fuzz.harness import Case, both, run
from tests.fuzz.inputs import Fuel

KEYED: Final = Settings.model_validate({"SECRET_KEY": "k" * 40})
PROJECTS: Final = catalogue()["collections"]["projects"]
WORDS: Final = (
    *(
        "name",
        "category",
        "total_investment",
        "geom",
        "casei",
        "s_intersects",
        "POINT(113 25)",
        "POLYGON((",
        "))",
    ),
    *(
        "AND",
        "OR",
        "NOT",
        "LIKE",
        "IN",
        "BETWEEN",
        "IS NULL",
        "=",
        "<>",
        "(",
        ")",
        "'",
        "''",
        ",",
        "1",
        "%",
        "*",
    ),
    *("DATE('2026-11-22')", "TIMESTAMP('x')", "pg_sleep(9)", ";", "--", '{"op":', '"args":[', "]", "}", ":"),
)


def link(params: dict[str, str]) -> None:
    """Opening a broken link gives a filter all the same; what was left out is named; the rest comes back."""
    chosen, issues = from_params(params)
    again, none = from_params(chosen.to_params())
    assert again == chosen
    assert not none
    assert len(issues) <= 1000


def own_path(text: str) -> None:
    """Whatever ``next`` says, the browser stays on this site."""
    found = forms.own_path(text)
    assert found.startswith("/") and not found.startswith("//") and "\\" not in found
    assert found.isprintable()


def click(raw: Any) -> None:
    """A click or a view of the map makes sense, or there is none."""
    read_click(raw)
    view = read_view(raw)
    if view is not None:
        west, south, east, north = view.bounds
        assert -180 <= west < east <= 180 and -90 <= south < north <= 90 and math.isfinite(view.zoom)


def api_filter(text: str) -> None:
    """A filter of the open interface is one of ours, or refused in a sentence."""
    try:
        check_filter(text, PROJECTS)
    except BadValue as refused:
        assert str(refused)


def moment(text: str) -> None:
    """A time span is one, or refused in a sentence."""
    try:
        found = span(text.split("/"))
    except BadValue as refused:
        assert str(refused)
        return
    assert found.first or found.last


def signed(text: str) -> None:
    """Nothing made up is taken for a ticket, a form of ours, a download of ours or a session."""
    try:
        Tickets(KEYED).redeem(text, {})
    except NotAllowed:
        pass
    else:
        raise AssertionError("a made-up ticket was taken")
    assert not forms.fits(KEYED, text, "sign-in", "s")
    assert not looks_like_token(text) or text.isascii()
    of_header(text)
    try:
        downloads._read(KEYED, text)
    except (BadData, BadValue):
        pass
    else:
        raise AssertionError("a made-up download was taken")


def posted(body: bytes) -> None:
    """A form is read, or refused."""
    sent = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Any:
        return sent.pop() if sent else {"type": "http.disconnect"}

    headers = [(b"content-type", b"application/x-www-form-urlencoded")]
    request = Request({"type": "http", "method": "POST", "headers": headers}, receive)
    try:
        found = asyncio.run(forms.read_form(request))
    except forms.TooLarge:
        return
    assert all(isinstance(value, str) for value in found.values())


def setting(environ: dict[str, str]) -> None:
    """Settings are right, or every wrong one is named; a secret is never repeated."""
    try:
        read(environ)
    except SettingsError as refused:
        assert str(refused)
        assert "geheim" not in str(refused)


_NAMES: Final = (*FIELDS, "lang", "bbox", "zoom", "selected", "x")
_SETTINGS: Final = (
    *("PORT", "DEMO", "HOME_AREA", "MONDAY_LIST", "BASEMAP", "BASEMAP_URL", "LOG_LEVEL", "ATLAS_DATA_DIR"),
    *("CREDIT_LINE", "SESSION_HOURS", "GEOCODER", "DATABASE_URL", "OIDC_GROUPS"),
)


def _params(fuel: Fuel) -> dict[str, str]:
    return {fuel.of(_NAMES): fuel.text(6) for _ in range(1 + fuel.number(5))}


def _path(fuel: Fuel) -> str:
    text = fuel.of(("/", "//", "/map?", "")) + fuel.text(5)
    return quote(text) if fuel.byte() % 2 else text


def _browser(fuel: Fuel) -> Any:
    known = {
        "kind": fuel.of(("project", "area", "cluster", "x")),
        "id": fuel.json(1),
        "n": fuel.json(1),
        "bbox": [fuel.of((113.0, -200.0, 25.0, None, fuel.double())) for _ in range(4)],
        "zoom": fuel.json(1),
        "ids": fuel.json(2),
    }
    return known if fuel.byte() % 4 else fuel.json()


def _filter(fuel: Fuel) -> str:
    return " ".join(fuel.of(WORDS) if fuel.byte() % 4 else fuel.text(2) for _ in range(1 + fuel.number(9)))


def _span(fuel: Fuel) -> str:
    days = ("..", "2026-11-22", "2026-11-22T08:00:00Z", "9999-12-31", "0001-01-01T00:00:00+23:59", "")
    return "/".join(fuel.of(days) if fuel.byte() % 4 else fuel.text(3) for _ in range(1 + fuel.number(3)))


def _environ(fuel: Fuel) -> dict[str, str]:
    secret = {"SECRET_KEY": "geheim" + fuel.text(1), "TIANDITU_KEY": "geheim"}
    return {fuel.of(_SETTINGS): fuel.text(4) for _ in range(1 + fuel.number(4))} | secret


CASES: Final = (
    Case("link-parameters", _params, link),
    Case("next", _path, own_path),
    Case("map-answers", _browser, click),
    Case("api-filters", _filter, api_filter),
    Case("api-times", _span, moment),
    Case("signed-things", lambda f: f.text(6), signed),
    Case("forms", lambda f: f.changed(b"name=a&password=b&next=%2Fmap&form=c"), posted),
    Case("settings", _environ, setting),
)


@both(CASES)
def test_what_comes_from_outside_is_read_or_refused_in_words(case: Case, examples: int) -> None:
    run(case, examples)


def test_the_fuel_reaches_what_matters() -> None:
    """Bytes at random make days, numbers and filters that are right, too: the checks above see both sides."""
    import random

    source = random.Random(1)
    seen = {"filter": 0, "span": 0}
    for _ in range(3000):
        fuel = Fuel(source.randbytes(60))
        try:
            check_filter(_filter(fuel), PROJECTS)
            seen["filter"] += 1
        except BadValue:
            pass
        try:
            span(_span(Fuel(source.randbytes(60))).split("/"))
            seen["span"] += 1
        except BadValue:
            pass
    assert min(seen.values()) >= 5, seen
