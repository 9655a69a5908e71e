"""高德 (Amap), geocoding: ``https://restapi.amap.com/v3/geocode/geo?address=…&key=…``.

As its documentation has it: ``status`` "1" or "0", ``infocode`` (10000 is well), ``geocodes``, a list whose
entries hold ``location`` ("lon,lat" in GCJ-02), ``level`` (how exactly it matched), ``formatted_address``,
``district``, ``adcode``. Where it knows nothing it puts an empty list.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from data.geocoders.base import Answer, Failure, Fault, Match, Outcome, Reply, located, words
from data.geocoders.transport import Transport
from projects.codes import Datum, Precision

URL: Final = "https://restapi.amap.com/v3/geocode/geo"

PRECISIONS: Final[Mapping[str, Precision]] = MappingProxyType(
    {
        **dict.fromkeys(("门牌号", "门址", "单元号", "楼层", "房间", "兴趣点"), Precision.BUILDING),
        **dict.fromkeys(
            ("住宅区", "小巷", "村庄", "道路交叉路口", "公交地铁站点", "公交站台、地铁站"), Precision.VILLAGE
        ),
        **dict.fromkeys(("乡镇", "热点商圈", "道路"), Precision.TOWNSHIP),
        "区县": Precision.COUNTY,
        **dict.fromkeys(("开发区", "市", "省", "国家"), Precision.REGION),
    }
)
"""Match level → precision, after the list of the documentation (7 December 2023). A road may be kilometres
long: its middle is no address. 未知 (an unconfirmed point of interest) and words not here say nothing."""

_CODES: Final[tuple[tuple[Fault, tuple[int, ...]], ...]] = (
    (Fault.KEY, (10001, 10002, 10005, 10006, 10007, 10008, 10009, 10012, 10013, 10026, 10041)),
    (Fault.QUOTA, (10003, 10010, 10029, 10044, 10045, 40000, 40002, 40003)),
    (Fault.RATE, (10004, 10014, 10019, 10020, 10021)),
    (Fault.SERVICE, (10011, 10015, 10016, 10017, 20003)),
)
FAULTS: Final[Mapping[str, Fault]] = MappingProxyType(
    {str(code): fault for fault, codes in _CODES for code in codes}
)
"""``infocode`` → what to do. 3xxxx (the engine behind it) is the service's own fault, 2xxxx ours."""


class Amap:
    """The adapter of 高德."""

    name = "amap"
    title = "高德地图"

    def __init__(self, transport: Transport, key: str, url: str = "") -> None:
        self._transport, self._key, self._url = transport, key, url or URL

    def fetch(self, question: str) -> Reply:
        """Ask; raises ``Failure`` without a JSON answer."""
        return self._transport.get(self._url, {"address": question, "output": "JSON", "key": self._key})

    def read(self, reply: Reply) -> Answer:
        """Read an answer; raises ``Failure`` for a reported error or an undocumented form."""
        if str(reply.get("status")) != "1":
            raise _failure(reply)
        found = reply.get("geocodes")
        if not isinstance(found, list):
            raise Failure(Fault.MALFORMED, "an answer without a list of places", reply)
        if not found:
            return Answer(Outcome.NOT_FOUND, reply)
        first = found[0]
        if not isinstance(first, dict):
            raise Failure(Fault.MALFORMED, "a place of the answer is no object", reply)
        if not words(first.get("location")):
            return Answer(Outcome.NOT_FOUND, reply)
        lon, _, lat = words(first["location"]).partition(",")
        level = words(first.get("level"))
        match = Match(level, PRECISIONS.get(level), words(first.get("formatted_address")))
        return located(reply, (lon, lat), Datum.GCJ02, match)


def _failure(reply: Reply) -> Failure:
    code = str(reply.get("infocode", ""))
    said = f"{code} {words(reply.get('info'))}".strip()
    if code in FAULTS:
        return Failure(FAULTS[code], said, reply)
    return Failure(Fault.SERVICE if code.startswith("3") else Fault.MALFORMED, said or "no infocode", reply)
