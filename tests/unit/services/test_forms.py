"""Forms: reading stops at the limit and at a slow sender; own paths hold for anything that may be typed."""

from typing import Any
from urllib.parse import urljoin, urlsplit

import anyio
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.requests import Request

from services import forms


def request(pieces: list[dict[str, Any]], **headers: str) -> tuple[Request, list[int]]:
    """Return a request whose body comes in pieces, and the count of those asked for."""
    asked: list[int] = []

    async def receive() -> dict[str, Any]:
        asked.append(1)
        if len(asked) > len(pieces):
            await anyio.sleep_forever()
        return pieces[len(asked) - 1]

    kind = {"content-type": "application/x-www-form-urlencoded", **headers}
    scope = {"type": "http", "method": "POST", "headers": [(k.encode(), v.encode()) for k, v in kind.items()]}
    return Request(scope, receive), asked


def piece(body: bytes, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def read(found: Request) -> dict[str, str]:
    return anyio.run(forms.read_form, found)


def test_a_form_in_pieces_is_read_whole_and_the_last_field_counts() -> None:
    found, _ = request([piece(b"name=%E7%8E"), piece(b"%8B&a=1&a="), piece(b"2&b=", False)])
    assert read(found) == {"name": "王", "a": "2", "b": ""}


def test_reading_stops_at_the_limit() -> None:
    found, asked = request([piece(b"x" * 1024)] * 500)
    with pytest.raises(forms.TooLarge):
        read(found)
    assert len(asked) == forms.LARGEST // 1024 + 1


def test_a_sender_that_takes_forever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "SLOWEST_S", 0.05)
    found, _ = request([piece(b"name=w")])
    with pytest.raises(forms.TooLarge):
        read(found)


def test_a_sender_that_goes_away_is_no_error_of_ours() -> None:
    found, _ = request([piece(b"name=w"), {"type": "http.disconnect"}])
    with pytest.raises(forms.TooLarge):
        read(found)


@given(st.text(max_size=40) | st.text("/\\.@:%25cCfF09a?#&;\t\r\n evil", max_size=20))
@example("//evil.example")
@example("/\\evil.example")
@example("/%2F/evil.example")
@example("/..//evil.example")
def test_whatever_is_typed_stays_on_this_site(wanted: str) -> None:
    path = forms.own_path(wanted)
    assert path.isascii()
    assert path.isprintable()
    for browser_reading in (path, path.replace("\\", "/")):
        gone = urlsplit(urljoin("https://atlas.local/sign-in", browser_reading))
        assert (gone.scheme, gone.netloc) == ("https", "atlas.local")
    assert forms.own_path(path) == path
