"""What a geocoder answers.

Three outcomes that are never mixed: *located* (a point and how near it is), *not found* (the service looked
and knows no such address; asking again is no use), *failed* (nothing is known; try later, for a reason that
says what to do).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol

from gis.datum import to_wgs84
from projects.codes import Datum, Precision

Reply = Mapping[str, Any]


class Outcome(StrEnum):
    """What came of a question."""

    LOCATED = "located"
    NOT_FOUND = "not_found"
    FAILED = "failed"


class Fault(StrEnum):
    """Why nothing is known, by what to do about it."""

    QUOTA = "quota"
    """The day's or the contract's allowance is used up: tomorrow, or a larger contract."""
    RATE = "rate"
    """Too many questions in a short time: slower."""
    KEY = "key"
    """The service does not accept the key: the administrator."""
    TIMEOUT = "timeout"
    NETWORK = "network"
    """No connection, no TLS, or an answer from somebody in between (a sign-in page of the office network)."""
    SERVICE = "service"
    """The service says that something is wrong with itself."""
    MALFORMED = "malformed"
    """An answer that is not what the documentation describes."""


FAULT_ZH: Final[Mapping[Fault, str]] = {
    Fault.QUOTA: "服务的调用额度已用完，请明天再试或扩大额度",
    Fault.RATE: "提问太快，被服务限流，请稍后再试或调低 GEOCODER_PER_SECOND",
    Fault.KEY: "服务不接受密钥，请管理员检查 GEOCODER_KEY（须为服务器端密钥）和 IP 白名单",
    Fault.TIMEOUT: "服务没有在规定时间内答复，请稍后再试",
    Fault.NETWORK: "连不上服务，请检查网络、代理和 GEOCODER_URL",
    Fault.SERVICE: "服务自身出错，请稍后再试",
    Fault.MALFORMED: "服务的答复不符合其文档，请管理员查看日志",
}

HOPELESS: Final = frozenset({Fault.QUOTA, Fault.KEY})
"""After one of these every further question would fail the same way."""


class Failure(Exception):  # noqa: N818 - reads as what happened
    """A question without an answer; ``detail`` never holds the key."""

    def __init__(self, fault: Fault, detail: str, reply: Reply | None = None) -> None:
        super().__init__(f"{fault}: {detail}")
        self.fault, self.detail, self.reply = fault, detail, reply


@dataclass(frozen=True, slots=True)
class Match:
    """How well a service matched: its own word, our precision for it, and what it took the address for."""

    level: str
    precision: Precision | None
    address: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; the coordinates only when located."""

    outcome: Outcome
    reply: Reply | None = None
    lonlat: tuple[float, float] | None = None
    """WGS84, degrees, longitude first."""
    entered: tuple[float, float] | None = None
    """As the service gave them, in ``datum``."""
    datum: Datum | None = None
    match: Match | None = None
    fault: Fault | None = None
    detail: str = ""


class Geocoder(Protocol):
    """One service: asking (network) apart from reading (pure), so that kept replies are read again."""

    name: str
    """The key under which replies are kept."""
    title: str
    """What people call it."""

    def fetch(self, question: str) -> Reply:
        """Return the service's raw reply about an address; raises ``Failure`` without one."""
        ...

    def read(self, reply: Reply) -> Answer:
        """Return what a raw reply says; raises ``Failure`` when it says that something is wrong."""
        ...


def ask(geocoder: Geocoder, question: str) -> Answer:
    """Ask one question and return what came of it, whatever that is."""
    try:
        return geocoder.read(geocoder.fetch(question))
    except Failure as failure:
        return Answer(Outcome.FAILED, failure.reply, fault=failure.fault, detail=failure.detail)


def located(reply: Reply, entered: tuple[Any, Any], datum: Datum, match: Match) -> Answer:
    """Return a located answer; coordinates of any other form than two degrees are malformed."""
    lon, lat = _degrees(entered[0], 180.0, reply), _degrees(entered[1], 90.0, reply)
    if lon == 0.0 and lat == 0.0:
        raise Failure(Fault.MALFORMED, "the answer is located at 0, 0", reply)
    moved = to_wgs84([(lon, lat)], datum)[0]
    return Answer(
        Outcome.LOCATED,
        reply,
        lonlat=(round(float(moved[0]), 7), round(float(moved[1]), 7)),
        entered=(lon, lat),
        datum=datum,
        match=match,
    )


def words(value: Any) -> str:
    """Return a text of a reply; services put an empty list where they know nothing."""
    return value.strip() if isinstance(value, str) else ""


def _degrees(value: Any, most: float, reply: Reply) -> float:
    """Read a number or its text; a boolean, NaN or a value out of range is malformed."""
    try:
        number = float(value) if type(value) in (str, int, float) else None
    except ValueError:
        number = None
    if number is None or not math.isfinite(number) or abs(number) > most:
        raise Failure(Fault.MALFORMED, "a coordinate of the answer is no number of degrees", reply)
    return number
