"""Passwords: hashed with argon2id, judged by length and commonness, never by composition rules.

NIST SP 800-63B, 5.1.1.2: length and a list of common ones, no rules on kinds of characters, Unicode
normalised (NFKC: an input method's full-width digits are the same digits).
"""

import secrets
import unicodedata
from enum import StrEnum
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST: Final = 10
LONGEST: Final = 200
"""Longer ones are refused before any work is spent on them."""

HASHER: Final = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)
"""32 MiB, three passes, one lane: above OWASP's minimum (19 MiB, two), fit for an old PC."""

_ALPHABET: Final = "abcdefghijkmnpqrstuvwxyz23456789"
"""For one-time passwords read aloud or from paper: no 0/o, 1/l."""

_COMMON: Final = frozenset(
    """
    1234567890 0123456789 0987654321 9876543210 12345678910 123456789a a123456789 aa123456789
    abc123456789 1234567890a qq123456789 123456789q q123456789 z123456789 zxc123456789 asd123456789
    qwe123456789 qwertyuiop qwerty1234 qwerty12345 qwerty123456 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc
    qazwsxedc123 asdfghjkl; zxcvbnm123 abcdefghij abcdefg123 abcd123456 abc1234567 a1b2c3d4e5
    1234qwerasdf password12 password123 password1234 password01 p@ssw0rd123 passw0rd123 p@ssword123
    mypassword admin12345 admin123456 administrator adminadmin admin@123456 admin@1234 root123456
    test123456 welcome123 letmein123 iloveyou12 iloveyou123 woaini1314 woaini5201314 woaini123456
    5201314520 1314520520 1357924680 1472583690 147258369a 123123123123 1231231234 1122334455
    112233445566 123321123321 qweasdzxc123 changeme123 guest12345 user123456 888888888a 666666666a
    """.split()  # noqa: SIM905 - seventy quoted words would fill a page
)


class Weakness(StrEnum):
    """Why a password is refused."""

    SHORT = "short"
    LONG = "long"
    NAME = "name"
    COMMON = "common"


def weakness(password: str, *own: str) -> Weakness | None:
    """Return what is wrong with a new password, None when it may be used.

    ``own`` are the person's names and unit, none of which may be the password.

    >>> weakness("１２３４５６７８９０").value
    'common'
    """
    text = _normal(password).casefold()
    if len(text) < SHORTEST:
        return Weakness.SHORT
    if len(password) > LONGEST:
        return Weakness.LONG
    if text.strip() in {_normal(word).casefold().strip() for word in own}:
        return Weakness.NAME
    if text in _COMMON or len(set(text)) == 1:
        return Weakness.COMMON
    return None


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password, with its parameters and a salt of its own."""
    return HASHER.hash(_normal(password))


def matches(stored: str | None, password: str) -> bool:
    """Return whether a password fits a hash; without one, the same time is spent and the answer is no."""
    if len(password) > LONGEST:
        return False
    try:
        fits = HASHER.verify(stored or _dummy(), _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return fits and stored is not None


def outdated(stored: str) -> bool:
    """Return whether a hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(stored)


def one_time() -> str:
    """Return a random password of 80 bits in four groups that can be read aloud."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


@cache
def _dummy() -> str:
    return HASHER.hash(secrets.token_hex(16))


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
