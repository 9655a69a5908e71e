"""Words of the leaders' page in the language asked for, and the ways to the pages behind its figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from services.pack.bench import Bench
from services.pack.mayor.blocks import Way


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes for one bench; ``since`` is the first day of the period of changes."""

    bench: Bench
    since: date
    params: Mapping[str, str] = field(init=False)
    """The filter of the area as parameters of an address."""

    def __post_init__(self) -> None:
        """Read the filter once."""
        object.__setattr__(self, "params", self.bench.request.chosen.to_params())

    def pick(self, zh: str, en: str) -> str:
        """Return the sentence in the language of the page."""
        return self.bench.pick(zh, en)

    def way(self, page: str, **more: str) -> Way:
        """Return the way to a page under the area's filter."""
        return Way(page, {**self.params, **more})

    def source(self, zh: str, en: str) -> str:
        """Return where figures come from."""
        return self.pick(f"来源：{zh}", f"Source: {en}")

    def more(self, left: int, zh: str, en: str) -> str:
        """Return how many lines were left out, nothing for none."""
        return self.pick(f"另有 {left:,} {zh}", f"{left:,} more {en}") if left > 0 else ""
