"""Who counts as sitting at this machine, and the office's token in the memory of the process."""

import pytest

from projects.accounts import OFFICE
from services.office import PROXY_MARKS, Office, follows_link_here, is_here

LOCAL = {"Host": "localhost:8501", "Origin": "http://localhost:8501"}


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1:8501", "[::1]:8501", "localhost"])
@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "127.0.0.53"])
def test_a_browser_on_this_machine_is_here(peer: str, host: str) -> None:
    assert is_here(peer, {"host": host, "origin": f"http://{host}"})


@pytest.mark.parametrize(
    "peer", [None, "", "192.0.2.7", "10.0.0.1", "fe80::1", "unix:", "localhost", "127.0.0.1.evil"]
)
def test_anybody_else_is_not(peer: str | None) -> None:
    assert not is_here(peer, LOCAL)


@pytest.mark.parametrize("name", sorted(PROXY_MARKS))
def test_whatever_a_proxy_passed_on_is_not_here(name: str) -> None:
    assert not is_here("127.0.0.1", LOCAL | {name.title(): "127.0.0.1"})


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": "localhost:8501"},
        {"Origin": "http://localhost:8501"},
        {"Host": "localhost:8501", "Origin": "null"},
        {"Host": "localhost:8501", "Origin": "http://localhost:3000"},
        {"Host": "localhost:8501", "Origin": "https://evil.example"},
        {"Host": "evil.example:8501", "Origin": "http://evil.example:8501"},
        {"Host": "localhost.evil.example", "Origin": "http://localhost.evil.example"},
        {"Host": "atlas.office.lan", "Origin": "http://atlas.office.lan"},
    ],
)
def test_pages_of_other_sites_and_names_made_to_point_here_are_not(headers: dict[str, str]) -> None:
    assert not is_here("127.0.0.1", headers)


@pytest.mark.parametrize(
    ("headers", "here"),
    [
        ({"Host": "localhost:8501", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Host": "localhost:8501", "Sec-Fetch-Site": "none"}, True),
        ({"Host": "localhost:8501", "Referer": "http://localhost:8501/import"}, True),
        ({"Host": "localhost:8501"}, False),
        ({"Host": "localhost:8501", "Sec-Fetch-Site": "cross-site"}, False),
        ({"Host": "localhost:8501", "Sec-Fetch-Site": "same-site"}, False),
        (
            {"Host": "localhost:8501", "Sec-Fetch-Site": "cross-site", "Referer": "http://localhost:8501/"},
            False,
        ),
        ({"Host": "localhost:8501", "Referer": "http://localhost:3000/"}, False),
        ({"Host": "evil.example", "Sec-Fetch-Site": "same-origin", "Referer": "http://evil.example/"}, False),
        ({"Host": "localhost:8501", "Sec-Fetch-Site": "same-origin", "X-Forwarded-For": "192.0.2.7"}, False),
    ],
)
def test_a_download_of_the_office_comes_from_a_link_on_its_own_page(
    headers: dict[str, str], here: bool
) -> None:
    assert follows_link_here("127.0.0.1", headers) is here
    assert not follows_link_here("192.0.2.7", headers)
    assert not follows_link_here(None, headers)


class Door:
    def __init__(self) -> None:
        self.made = 0

    def office_token(self) -> str:
        self.made += 1
        return f"{OFFICE}-{self.made}"


def test_the_token_is_made_once_renewed_in_time_and_forgotten_on_demand() -> None:
    door, now = Door(), [0.0]
    office = Office(lambda: door, 10, lambda: now[0])  # type: ignore[arg-type,return-value]
    assert [office.token(), office.token()] == ["office-1", "office-1"]
    now[0] = 5 * 3600 + 1
    assert office.token() == "office-2"
    office.forget()
    assert office.token() == "office-3"
