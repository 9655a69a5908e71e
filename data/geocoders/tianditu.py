"""天地图, geocoding: ``https://api.tianditu.gov.cn/geocoder?ds={"keyWord": …}&tk=…``.

As its documentation has it: ``status`` "0" found, "101" no result, "404" error; ``location`` with ``lon``
and ``lat`` (text or number; CGCS2000, which here is WGS84), ``level`` (the kind of the match, not always
there). Newer answers add ``score``, 0–100. Errors of the key come as HTTP status or as another form of body
(``code``, ``msg``), which the documentation does not list: recognised by their words, else malformed.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from data.geocoders.base import Answer, Failure, Fault, Match, Outcome, Reply, located, words
from data.geocoders.transport import Transport
from projects.codes import Datum, Precision

URL: Final = "https://api.tianditu.gov.cn/geocoder"

PRECISIONS: Final[Mapping[str, Precision]] = MappingProxyType(
    {
        "门址": Precision.BUILDING,
        "兴趣点": Precision.BUILDING,
        "地名地址": Precision.VILLAGE,
        "村": Precision.VILLAGE,
        "乡镇": Precision.TOWNSHIP,
        "道路": Precision.TOWNSHIP,
        "区县": Precision.COUNTY,
        "市": Precision.REGION,
        "省": Precision.REGION,
    }
)
"""``level`` → precision. Documented is 地名地址 alone (an address, so no better than 2); the others are what
such a list may hold. A word that is not here, or none, says nothing: the point is kept, not used."""

LEAST_SCORE: Final = 60
"""Below this the service itself doubts its match; then the point says nothing about the address."""

_WORDS: Final = (
    (Fault.QUOTA, ("限额", "超限", "超出", "配额", "次数", "quota", "limit")),
    (Fault.KEY, ("key", "密钥", "权限", "tk", "token", "授权", "白名单", "ip")),
)


class Tianditu:
    """The adapter of 天地图."""

    name = "tianditu"
    title = "天地图"

    def __init__(self, transport: Transport, key: str, url: str = "") -> None:
        self._transport, self._key, self._url = transport, key, url or URL

    def fetch(self, question: str) -> Reply:
        """Ask; raises ``Failure`` without a JSON answer."""
        asked = json.dumps({"keyWord": question}, ensure_ascii=False)
        return self._transport.get(self._url, {"ds": asked, "tk": self._key})

    def read(self, reply: Reply) -> Answer:
        """Read an answer; raises ``Failure`` for a reported error or an undocumented form."""
        status = reply.get("status")
        if str(status) == "101":
            return Answer(Outcome.NOT_FOUND, reply)
        if str(status) != "0":
            raise _failure(reply)
        place = reply.get("location")
        if place is None:
            return Answer(Outcome.NOT_FOUND, reply)
        if not isinstance(place, dict) or "lon" not in place or "lat" not in place:
            raise Failure(Fault.MALFORMED, "an answer without lon and lat", reply)
        level = words(place.get("level"))
        precision = PRECISIONS.get(level) if _is_sure(place.get("score")) else None
        match = Match(level, precision, words(place.get("keyWord")))
        return located(reply, (place["lon"], place["lat"]), Datum.CGCS2000, match)


def _is_sure(score: Any) -> bool:
    """Whether the service stands by its match; an older answer without a score does."""
    if score is None:
        return True
    try:
        return float(score) >= LEAST_SCORE
    except (TypeError, ValueError):
        return False


def _failure(reply: Reply) -> Failure:
    said = " ".join(str(reply[name]) for name in ("msg", "message", "resolve") if reply.get(name))
    for fault, signs in _WORDS:
        if any(sign in said.lower() for sign in signs):
            return Failure(fault, said[:200], reply)
    fault = Fault.SERVICE if str(reply.get("status")) == "404" else Fault.MALFORMED
    return Failure(fault, said[:200] or "an answer without a known status", reply)
