"""How a parser is fuzzed: how its inputs are made, and a check that must hold for each of them."""

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.inputs import Fuel

SHORT: Final = 1_000
LONG: Final = 100_000


class Case(NamedTuple):
    """One parser: its name in the report, how an input is made, and what must hold for every one."""

    name: str
    make: Callable[[Fuel], Any]
    check: Callable[[Any], object]
    fuel: int = 120
    """Bytes an input may be made of."""


def run(case: Case, examples: int) -> None:
    """Check a number of inputs; one that fails is made smaller, printed, and kept for the next run."""
    quiet = settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))

    def one(data: bytes) -> None:
        found = case.make(Fuel(data))
        try:
            case.check(found)
        except BaseException as error:
            error.add_note(f"input: {found!r:.2000}")
            raise

    quiet(given(data=st.binary(max_size=case.fuel))(one))()


def both(cases: Sequence[Case]) -> pytest.MarkDecorator:
    """Give a test every case twice: with few inputs, and with many, marked ``long``."""
    short = [pytest.param(case, SHORT, id=case.name) for case in cases]
    many = [pytest.param(case, LONG, id=f"{case.name}-long", marks=pytest.mark.long) for case in cases]
    return pytest.mark.parametrize(("case", "examples"), short + many)
