"""Practice accounts: one of each role, with passwords that are shown once and changed at first use."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection

from data import passwords
from data.store import accounts
from projects.accounts import Placement
from projects.identity import Role

COUNTY: Final = "440232"
PREFECTURE: Final = "440200"


class Person(NamedTuple):
    """A practice account with its first password."""

    name: str
    display: str
    placement: Placement
    password: str


_PEOPLE: Final = (
    ("demo-county", "演示·县级填报", Placement(Role.EDITOR, COUNTY, "")),
    ("demo-review", "演示·市级审核", Placement(Role.REVIEWER, "", PREFECTURE)),
    ("demo-admin", "演示·管理员", Placement(Role.ADMINISTRATOR, "", "")),
)


def add_people(connection: Connection) -> Sequence[Person]:
    """Make the practice accounts and return them with their passwords."""
    made = [Person(*given, passwords.one_time()) for given in _PEOPLE]
    for person in made:
        accounts.add(connection, person.name, person.display, person.placement, person.password)
    return made
