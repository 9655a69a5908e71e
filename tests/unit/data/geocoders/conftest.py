"""The fake service and transports that do not wait long."""

from collections.abc import Iterator

import pytest

from data.geocoders.transport import Transport
from tests.geocoder_server import KEY, FakeService, running


@pytest.fixture
def service() -> Iterator[FakeService]:
    with running(FakeService()) as started:
        yield started


@pytest.fixture
def transport() -> Transport:
    return Transport(secrets=(KEY,), timeout=(2.0, 0.6), deadline=0.8)
