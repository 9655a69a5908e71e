"""OC4IDS 0.9.5: all matching records as one project package, written while they are read.

The package names no licence and no address: neither is known here. Its ``uri`` is a name made from what it
holds. A package without a project is not allowed by the standard; a filter without records gives one all the
same, so that nothing fails, and says so.
"""

import uuid
from collections.abc import Iterator
from typing import Any, Final

from data.exports.geojson import encode
from data.exports.oc4ids_project import project, without_unknown
from data.exports.pieces import batches, released
from data.exports.request import ExportRequest, caveats_in_both
from data.exports.source import ExportSource
from data.exports.tally import Tally, counts
from data.exports.words import head
from projects.open_standards import EXTENSION, SCHEME
from projects.publishing import Published

VERSION: Final = "0.9"
"""Major and minor, as the package's ``version`` has them; written against 0.9.5."""
CHUNK: Final = 100
_OWN: Final = {
    "zh": "标识符前缀尚未登记（OC4IDS 要求登记）：登记后替换 health-industry-atlas。"
    "标准没有位置的内容（定位精度、停缓建、依据等）在 atlas 字段和 health-industry-atlas-* 分类中；"
    "未知一律不写。",
    "en": "The identifier prefix is not registered yet, as OC4IDS asks: replace health-industry-atlas once it"
    " is. What the standard has no place for (precision, suspended, basis …) stands in the field atlas and in"
    " classifications health-industry-atlas-*; what is unknown is left out.",
}
_EMPTY: Final = {
    "zh": "没有符合条件的记录；标准要求至少一个项目，因此本文件不能通过校验。",
    "en": "No record matches; the standard asks for at least one project, so this file does not validate.",
}


def oc4ids(library: ExportSource, request: ExportRequest) -> Iterator[bytes]:
    """Yield a project package of all matching records, piece by piece."""
    tally, facts = Tally(), head(library, request)
    yield (encode(_package(request, facts))[:-1] + ',"projects":[').encode()
    with released(library.published(request.chosen)) as records:
        first = True
        for batch in batches(_texts(records, request, tally), CHUNK):
            yield (("\n" if first else ",\n") + ",\n".join(batch)).encode()
            first = False
    own = _EMPTY if first else _OWN
    tail = facts | {"caveats": caveats_in_both(own), "counts": counts(tally.count)}
    tail["sources"] = tally.sources(library)
    yield ("\n]," + encode({EXTENSION: without_unknown(tail)})[1:] + "\n").encode()


def _texts(records: Iterator[Published], request: ExportRequest, tally: Tally) -> Iterator[str]:
    for found in records:
        tally.add(found.summary)
        yield encode(project(found, request))


def _package(request: ExportRequest, facts: dict[str, Any]) -> dict[str, Any]:
    """Return the package up to its projects."""
    return {
        "uri": package_uri(request, str(facts["data_version"])),
        "publishedDate": request.generated_at.isoformat(),
        "version": VERSION,
        "publisher": {"name": request.credit_line or SCHEME, "scheme": SCHEME},
    }


def package_uri(request: ExportRequest, version: str) -> str:
    """Return a name that is the same for the same records, filter and moment, and for nothing else."""
    said = "\n".join((version, encode(request.chosen.to_params()), request.generated_at.isoformat()))
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{SCHEME}\n{said}").urn
