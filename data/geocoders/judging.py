"""What an answer is good for: filed as a place, or kept for a person to look at.

A service is believed only where two things agree: its point lies in the county that the record declares, and
its own word for how exactly it matched is one we know and better than the place the record has. Everything
else is listed with its reason; nothing is placed because something was answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from data.geocoders.base import Answer, Outcome
from gis.addresses import normalise
from projects.codes import Method, Precision
from projects.filing.desk import Held

PRIMARY: Final = "place/0"
NO_ADDRESS: Final = frozenset({"", "无", "暂无", "待定", "未定", "不详", "未知", "未明确", "-", "--", "/"})
"""What people type where they have no address."""


class Verdict(StrEnum):
    """What becomes of one record; every record of the unit ends in exactly one."""

    FILED = "filed"
    OUTSIDE_COUNTY = "outside_county"
    COUNTY_OPEN = "county_open"
    TOO_COARSE = "too_coarse"
    NO_BETTER = "no_better"
    NOT_FOUND = "not_found"
    FAILED = "failed"
    NOT_ASKED = "not_asked"
    PENDING = "pending"
    CHANGED = "changed_meanwhile"
    HAS_PLACE = "has_place"
    NO_ADDRESS = "no_address"


VERDICT_ZH: Final[Mapping[Verdict, str]] = {
    Verdict.FILED: "已提交位置",
    Verdict.OUTSIDE_COUNTY: "解析到别的县，未采用，请人工核对",
    Verdict.COUNTY_OPEN: "所属县未定，未采用，请先认领或填写县",
    Verdict.TOO_COARSE: "只匹配到较大范围或匹配级别不明，未采用",
    Verdict.NO_BETTER: "不比现有位置更精确，未采用",
    Verdict.NOT_FOUND: "服务没有找到这个地址",
    Verdict.FAILED: "没有得到答复，请稍后再试",
    Verdict.NOT_ASKED: "没有提问，请稍后再试",
    Verdict.PENDING: "已有一份位置变更在等待审核",
    Verdict.CHANGED: "解析期间地址或位置被改动，未采用",
    Verdict.HAS_PLACE: "已有精确位置",
    Verdict.NO_ADDRESS: "没有填写地址",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One record with what was asked for it, what came, and what it is good for."""

    held: Held
    verdict: Verdict
    question: str = ""
    answer: Answer | None = None
    county_found: str | None = None
    from_cache: bool = False


def beforehand(held: Held) -> Verdict | None:
    """Return why a record needs no question, None when it does."""
    if normalise(str(held.document.get("address") or "")) in NO_ADDRESS:
        return Verdict.NO_ADDRESS
    return Verdict.HAS_PLACE if 0 < precision_of(held) <= Precision.VILLAGE else None


def precision_of(held: Held) -> int:
    """Return the precision of the primary place, 0 without one."""
    place = held.document.get(PRIMARY)
    known = place.get("precision") if isinstance(place, dict) else None
    return known if isinstance(known, int) else 0


def judge(held: Held, answer: Answer, county_found: str | None) -> Verdict:
    """Return what an answer is good for; ``county_found`` is the county its point lies in."""
    if answer.outcome is not Outcome.LOCATED or answer.match is None:
        return Verdict.NOT_FOUND if answer.outcome is Outcome.NOT_FOUND else Verdict.FAILED
    precision = answer.match.precision
    if precision is None or precision > Precision.TOWNSHIP:
        return Verdict.TOO_COARSE
    declared = held.document.get("county_code")
    if not declared:
        return Verdict.COUNTY_OPEN
    if county_found != declared:
        return Verdict.OUTSIDE_COUNTY
    present = precision_of(held)
    return Verdict.NO_BETTER if 0 < present <= precision else Verdict.FILED


def place_of(finding: Finding, title: str, asked_on: str) -> dict[str, Any]:
    """Return the primary place as a document holds it: WGS84, with the numbers as the service gave them."""
    answer = finding.answer
    if answer is None or answer.lonlat is None or answer.entered is None or answer.match is None:
        raise ValueError("only a located answer is a place")
    matched = f"，匹配到“{answer.match.address}”" if answer.match.address else ""
    return {
        "geometry": {"type": "Point", "coordinates": list(answer.lonlat)},
        "precision": int(answer.match.precision or 0),
        "method": str(Method.GEOCODER),
        "datum_entered": str(answer.datum),
        "coordinates_entered": f"{answer.entered[0]}, {answer.entered[1]}",
        "address": finding.question,
        "source": f"{title}地理编码，{asked_on}",
        "label": None,
        "note": f"匹配级别：{answer.match.level}{matched}",
    }


def line_of(finding: Finding) -> dict[str, Any]:
    """Return a finding as a line of the job's list, for people and programs."""
    answer = finding.answer
    match = answer.match if answer else None
    return {
        "project_id": finding.held.project_id,
        "name": finding.held.document.get("name"),
        "verdict": str(finding.verdict),
        "why": VERDICT_ZH[finding.verdict],
        "question": finding.question,
        "lonlat": list(answer.lonlat) if answer and answer.lonlat else None,
        "level": match.level if match else "",
        "precision": int(match.precision) if match and match.precision else None,
        "matched": match.address if match else "",
        "county_declared": finding.held.document.get("county_code"),
        "county_found": finding.county_found,
        "fault": str(answer.fault) if answer and answer.fault else "",
        "detail": answer.detail if answer else "",
    }
