"""IATI 2.03: the matching records as activities, and those that cannot be one in a list behind them.

Every record is in the file: an activity, or a ``withheld`` element that says what it lacks. A file without a
single activity does not validate, as the standard asks for one.
"""

from collections.abc import Iterator
from typing import Any, Final
from xml.etree import ElementTree as Xml

from data.exports.geojson import encode
from data.exports.iati_activity import activity, lacking, own_record
from data.exports.iati_elements import NAMESPACE, element, own
from data.exports.oc4ids_project import marks
from data.exports.pieces import batches, released
from data.exports.request import ExportRequest, caveats
from data.exports.source import ExportSource
from data.exports.tally import Tally, counts
from data.exports.words import head
from projects.open_standards import EXTENSION, SCHEME, public_id
from projects.publishing import Published

CHUNK: Final = 100
_OWN: Final = {
    "zh": "IATI 没有“未知”：阶段未明确的活动，状态代码为空；没有日期的记录写文件的规划期并注明；"
    "没有单位或日期的记录不能成为活动，列在 withheld 中。机构标识 health-industry-atlas 尚未登记；"
    "标准没有位置的内容在 atlas 命名空间。",
    "en": "IATI has no code for unknown: the status of an activity whose stage nobody knows is empty; a"
    " record without a day has the period of its plan, marked; a record without unit or date is no activity"
    " and is listed as withheld. The organisation identifier health-industry-atlas is not registered; what"
    " the standard has no place for stands in the namespace atlas.",
}


def iati(library: ExportSource, request: ExportRequest) -> Iterator[bytes]:
    """Yield a file of activities of all matching records, piece by piece."""
    tally, facts = Tally(), head(library, request)
    yield _opening(request)
    withheld: list[str] = []
    with released(library.published(request.chosen)) as records:
        for batch in batches(_texts(records, request, tally, withheld), CHUNK):
            yield "".join(batch).encode()
    for part in batches(withheld, CHUNK):
        yield "".join(part).encode()
    about = _about(facts, request, tally, len(withheld))
    yield (_text(about) + "</iati-activities>\n").encode()


def _opening(request: ExportRequest) -> bytes:
    when = request.generated_at.isoformat(timespec="seconds")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<iati-activities version="2.03" generated-datetime="{when}" xmlns:{EXTENSION}="{NAMESPACE}">\n'
    ).encode()


def _texts(
    records: Iterator[Published], request: ExportRequest, tally: Tally, withheld: list[str]
) -> Iterator[str]:
    for found in records:
        tally.add(found.summary)
        why = lacking(found, request.generated_at.date())
        if why:
            withheld.append(_text(_withheld(found, request, why)))
        else:
            yield _text(activity(found, request))


def _withheld(found: Published, request: ExportRequest, why: str) -> Xml.Element:
    """Return a record that is no activity: what it lacks, its name, and what else is known of it."""
    record = found.summary
    made = Xml.Element(own("withheld"), {"ref": public_id(record.id), "lacks": why})
    element(made, own("title"), None, f"{marks(record, request)}{record.name}")
    made.append(own_record(found))
    return made


def _about(facts: dict[str, Any], request: ExportRequest, tally: Tally, withheld: int) -> Xml.Element:
    """Return what the file says of itself: title, credit, filter, counts and caveats."""
    made = Xml.Element(own("about"), {"scheme": SCHEME, "withheld": str(withheld)})
    for name in ("title", "credit", "map_approval_number", "data_version", "filter_in_words"):
        if facts[name]:
            value = facts[name]
            element(made, own("fact"), {"name": name}, value if isinstance(value, str) else encode(value))
    for name, number in counts(tally.count).items():
        element(made, own("count"), {"name": name}, number)
    for sentence in caveats(request.language, _OWN):
        element(made, own("caveat"), None, sentence)
    return made


def _text(made: Xml.Element) -> str:
    return Xml.tostring(made, encoding="unicode") + "\n"
