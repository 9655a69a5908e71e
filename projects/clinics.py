"""The planned village clinics of a county as the pages see them: slots claimed, taken, free to claim.

``data.store.clinics`` is the adapter; the database decides whose slots one may touch and that they add up.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CountySlots:
    """A programme's slots as one county sees them: ``unassigned`` are everybody's, the others its own."""

    programme_id: str
    programme: str
    total: int
    unassigned: int
    claimed: int
    """Claimed by this county and not yet taken by a clinic."""
    placed: int
    """Taken by a confirmed clinic of this county."""
    elsewhere: int
    """Claimed or taken by other counties."""

    def __post_init__(self) -> None:
        """Refuse numbers that do not add up: the plan's number stands."""
        if self.total != self.unassigned + self.claimed + self.placed + self.elsewhere:
            raise ValueError(f"slots of {self.programme_id} do not add up to {self.total}")


@dataclass(frozen=True, slots=True)
class Clinic:
    """A village clinic record of the county; ``fits`` is a 公建民营 site, ``slot`` the one it has taken."""

    project_id: str
    name: str
    township: str
    delivery_mode: str
    fits: bool
    slot: int | None
    confirmed_by: str = ""
    confirmed_on: str = ""


class Clinics(Protocol):
    """Claiming slots and confirming clinics; raises ``NotAllowed`` and ``BadValue``."""

    def county(self, county_code: str) -> CountySlots | None:
        """Return the slots of the programme of the county's prefecture, None where there is none."""
        ...

    def clinics(self, county_code: str) -> tuple[Clinic, ...]:
        """Return the county's village clinics in id order, also those that cannot take a slot."""
        ...

    def claim(self, programme_id: str, county_code: str, count: int) -> int:
        """Claim so many unassigned slots for the county; returns how many it now has claimed in all."""
        ...

    def release(self, programme_id: str, county_code: str, count: int) -> int:
        """Give so many claimed, not taken slots back; returns how many stay claimed."""
        ...

    def place(self, project_id: str) -> int:
        """Let a confirmed clinic take one of its county's claimed slots; returns the slot's number."""
        ...

    def free(self, project_id: str) -> None:
        """Take a clinic's confirmation back: its slot stays claimed by the county."""
        ...
