"""Tokens with which another program reads the open interface in the name of a unit: rows, rules, protocol.

A token stands for a viewer of its unit: it reads what a signed-in viewer reads and writes nothing. Only its
SHA-256 is kept; the token itself is shown once, to the administrator who makes it.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from projects.errors import BadValue

PREFIX: Final = "atlas_"
"""What a token begins with, so that one in the wrong place is recognised; no session of a browser does."""

SHORTEST_DAYS: Final = 1
LONGEST_DAYS: Final = 1100
USUAL_DAYS: Final = 365
"""Days that a token may live: nobody remembers one that lives for ever."""

_LONGEST_TITLE: Final = 80


@dataclass(frozen=True, slots=True)
class ApiToken:
    """One token, without anything secret."""

    id: int
    unit_id: str
    unit_name: str
    title: str
    """What it is for: ``QGIS 规划科``."""
    created_by: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    """To about ten minutes; None for a token that was never used."""
    revoked_at: datetime | None

    def lives(self, now: datetime) -> bool:
        """Return whether the token opens anything at that moment."""
        return self.revoked_at is None and now < self.expires_at


class ApiTokens(Protocol):
    """Administration of tokens, with the rights of the session it was opened with.

    Every call raises ``SignInNeeded`` when that session has ended and ``NotAllowed`` when it is not an
    administrator's.
    """

    def all(self, unit_id: str = "") -> tuple[ApiToken, ...]:
        """Return the tokens of a unit, or of all units, the newest first; ended ones too."""
        ...

    def make(self, unit_id: str, title: str, days: int = USUAL_DAYS) -> str:
        """Make a token and return it: this is the only time that anybody sees it.

        ``BadValue`` for a title or a number of days that breaks a rule, ``UnknownRecord`` for no such unit.
        """
        ...

    def revoke(self, token_id: int) -> None:
        """End a token at once; one that has ended stays ended. ``UnknownRecord`` for a number nobody has."""
        ...


def check_title(text: str) -> str:
    """Return what a token is for, on one line; raise ``BadValue`` when it is empty or too long."""
    title = text.strip()
    if not title or len(title) > _LONGEST_TITLE or any(unicodedata.category(c)[0] == "C" for c in title):
        raise BadValue(f"令牌用途须是一行文字，1–{_LONGEST_TITLE} 字，没有控制字符：{title[:40]!r}")
    return title


def check_days(days: int) -> int:
    """Return the days a token lives; raise ``BadValue`` outside the limits."""
    if not SHORTEST_DAYS <= days <= LONGEST_DAYS:
        raise BadValue(f"令牌有效期须为 {SHORTEST_DAYS}–{LONGEST_DAYS} 天，得到的是 {days}")
    return days
