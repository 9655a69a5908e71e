"""Coordinates typed as text: degrees or degrees, minutes, seconds, in a datum that is never assumed."""

from dataclasses import dataclass

from gis.coordinates import check_lonlat
from gis.datum import to_wgs84
from gis.sexagesimal import parse, parse_pair
from projects.codes import DATUM_ZH
from projects.intake.issues import IssueCode
from views import words
from views.i18n import Translate


@dataclass(frozen=True, slots=True)
class Typed:
    """Coordinates read from text: WGS84 degrees, or the sentence on what is wrong."""

    lonlat: tuple[float, float] | None
    sentence: str = ""


def read_typed(lon: str, lat: str, datum: str | None, _: Translate) -> Typed:
    """Return a position typed as degrees or degrees, minutes, seconds; a pair may stand in the first box."""
    pair = parse_pair(lon) if lon and not lat else None
    east, north = pair if pair else (parse(lon), parse(lat))
    if east is None or north is None:
        shown = (lon if east is None else lat).strip() or _("（空）")
        return Typed(None, _("“{value}”不是经纬度。请写成 113.5867 或 113°35′12″。").format(value=shown))
    if datum not in DATUM_ZH:
        return Typed(
            None, _("请选择坐标系：同样的数字，坐标系不同，位置会差几百米。不清楚时请问提供坐标的人。")
        )
    code = check_lonlat(east.value, north.value)
    if code is not None:
        found = words.issue(IssueCode(code), _)
        return Typed(None, _("{lon}, {lat}：{what}").format(lon=east.value, lat=north.value, what=found))
    position = to_wgs84([[east.value, north.value]], str(datum))[0]
    return Typed((round(float(position[0]), 7), round(float(position[1]), 7)))
