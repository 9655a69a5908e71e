"""The counter of wrong attempts: per address, forgetting with time, bounded."""

from services import limiter
from services.limiter import ADDRESSES, ATTEMPTS, WINDOW_S, Limiter


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_an_address_waits_after_many_wrong_attempts_and_is_forgiven() -> None:
    clock = Clock()
    counted = Limiter(clock)
    for _ in range(ATTEMPTS - 1):
        counted.wrong("192.0.2.1")
    assert counted.wait_s("192.0.2.1") == 0
    clock.now += 100
    counted.wrong("192.0.2.1")
    assert counted.wait_s("192.0.2.1") == WINDOW_S - 100 + 1
    assert counted.wait_s("192.0.2.2") == 0
    clock.now += WINDOW_S - 100
    assert counted.wait_s("192.0.2.1") == 0


def test_one_customer_cannot_hop_through_its_own_network() -> None:
    counted = Limiter(Clock())
    for n in range(ATTEMPTS):
        counted.wrong(f"2001:db8::{n:x}")
    assert counted.wait_s("2001:db8::ffff") > 0
    assert counted.wait_s("2001:db8:0:1::1") == 0


def test_several_processes_together_allow_no_more_than_one() -> None:
    counted = [Limiter(Clock(), processes=3) for _ in range(3)]
    allowed = 0
    while any(one.wait_s("192.0.2.1") == 0 for one in counted):
        for one in counted:
            if one.wait_s("192.0.2.1") == 0:
                one.wrong("192.0.2.1")
                allowed += 1
    assert allowed == ATTEMPTS


def test_memory_is_bounded() -> None:
    counted = Limiter(Clock())
    for n in range(ADDRESSES + 500):
        for _ in range(3):
            counted.wrong(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}")
    assert len(counted._wrong) == ADDRESSES
    for _ in range(200):
        counted.wrong("192.0.2.1")
    assert max(len(times) for times in counted._wrong.values()) == ATTEMPTS


def test_asking_leaves_no_trace() -> None:
    counted = Limiter(Clock())
    counted.wait_s("192.0.2.1")
    assert not counted._wrong


def test_no_address_is_one_address() -> None:
    assert limiter.network("") == limiter.network("junk\r\n") == "?"
