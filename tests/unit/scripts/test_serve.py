"""The commands with which servers are started."""

from __future__ import annotations

import pytest

from scripts import serve


def test_several_servers_are_reached_by_a_proxy_of_this_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STREAMLIT_SERVER_ADDRESS", raising=False)
    assert serve._server(8502, alone=False)[-2:] == ["--server.address", "127.0.0.1"]
    assert "--server.address" not in serve._server(8501, alone=True)


def test_an_address_that_was_chosen_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMLIT_SERVER_ADDRESS", "0.0.0.0")
    assert "--server.address" not in serve._server(8502, alone=False)
