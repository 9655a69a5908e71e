"""GeoJSON (RFC 7946) of records: one feature per record, ``null`` geometry where no place is known.

WGS84, longitude first, seven decimals, right-hand rule, no ``crs``. What is known beforehand stands before
the features; counts and sources stand after them, because they are counted from the very features written.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from data.exports.pieces import batches, released
from data.exports.request import SCENARIO_TITLE, SCENARIO_TITLE_EN, ExportRequest, caveats_in_both
from data.exports.source import ExportSource
from data.exports.tally import Tally, counts
from data.exports.words import head
from projects.codes import BASIS_ZH, Basis
from projects.feature import feature_text
from projects.ports import ScenarioShare
from projects.scenario import covers

CHUNK: Final = 200
"""Features per piece of the stream: some 200 kB, so that a slow reader holds little."""


def geojson(library: ExportSource, request: ExportRequest) -> Iterator[bytes]:
    """Yield a feature collection of all matching records, piece by piece."""
    tally = Tally()
    yield opening("projects", head(library, request) | {"caveats": caveats_in_both()})
    with released(library.stream(request.chosen)) as records:
        yield from _pieces(map(feature_text, tally.watch(records)), first=True)
    shares = _scenario(library, request) if request.scenario else []
    yield from _pieces(map(encode, (share_feature(*share) for share in shares)), first=not tally.precisions)
    tail: dict[str, Any] = {"counts": counts(tally.count), "sources": tally.sources(library)}
    if request.scenario:
        tail["scenario"] = _scenario_note(shares)
    yield closing(tail)


def encode(value: Any) -> str:
    """Return JSON text with Chinese as it is; never NaN or infinity."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def opening(name: str, facts: dict[str, Any]) -> bytes:
    """Return the collection up to its first feature; ``name`` is what GDAL calls the layer."""
    return (encode({"type": "FeatureCollection", "name": name} | facts)[:-1] + ',"features":[').encode()


def closing(facts: dict[str, Any]) -> bytes:
    """Return the collection from behind its last feature, with the facts that stand there."""
    return ("\n]," + encode(facts)[1:] + "\n").encode()


def _pieces(texts: Iterable[str], *, first: bool) -> Iterator[bytes]:
    """Yield features joined by commas, a line each; ``first`` when none was written before."""
    for batch in batches(texts, CHUNK):
        yield (("\n" if first else ",\n") + ",\n".join(batch)).encode()
        first = False


def _scenario(library: ExportSource, request: ExportRequest) -> list[tuple[str, ScenarioShare]]:
    """Return the modelled shares above zero, by programme, of the townships that the filter's areas cover."""
    return [
        (programme, share)
        for programme in library.slot_programmes()
        for share in library.scenario(programme)
        if share.slots and covers(request.chosen, share)
    ]


def share_feature(programme: str, share: ScenarioShare) -> dict[str, Any]:
    """Return a modelled share as a feature that nobody takes for a project: no geometry, own fields."""
    return {
        "type": "Feature",
        "id": f"scenario-{programme}-{share.township_code}",
        "geometry": None,
        "properties": {
            "title": SCENARIO_TITLE,
            "title_en": SCENARIO_TITLE_EN,
            "programme_id": programme,
            "township_code": share.township_code,
            "township": share.name,
            "county_code": share.county_code,
            "villages": share.villages,
            "slots": share.slots,
            "basis": Basis.MODELLED.value,
            "basis_zh": BASIS_ZH[Basis.MODELLED],
        },
    }


def _scenario_note(shares: list[tuple[str, ScenarioShare]]) -> dict[str, Any]:
    """Return what the collection says of the modelled features; they are not among its counts."""
    return {
        "title": SCENARIO_TITLE,
        "title_en": SCENARIO_TITLE_EN,
        "basis": Basis.MODELLED.value,
        "method": "largest remainder on village committees (村委会) per township",
        "features": len(shares),
        "slots": sum(share.slots for _, share in shares),
    }
