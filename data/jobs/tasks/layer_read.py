"""The job ``layer_read``: a planner's file is read as a layer and, when ``keep`` is set, stored.

Arguments: ``file`` (name of an upload), ``file_name``, ``kind``, ``name``, ``source``, ``datum``,
``data_date`` (ISO, or empty), ``within`` (area to cut to, or empty), ``columns`` (role → heading),
``sheet``, ``travel`` (``car`` or ``walk``), ``keep``. Result: the layer's entry with its account and detail,
``layer`` (its number, None for a file that was only looked at) and ``arguments``, to keep what was looked at.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from data.importers.layers.files import LIMITS
from data.importers.layers.ground import Ground
from data.importers.layers.reading import read_layer
from data.importers.layers.tally import EXAMPLES
from data.importers.office.guard import Limits
from data.jobs.tasks.import_files import upload_of
from data.jobs.work import JsonObject, Work
from data.store.analysis.adapter import PostgisAnalysis
from projects.analysis.inputs import LayerInfo, LayerKind
from projects.analysis.layer_reading import LayerOrder, LayerRefused, order_of
from projects.work import Progress

LONGEST_DETAIL: Final = 15_000
"""Characters of a report that the table keeps with a layer; the job's own result holds all of it."""
COUNTIES: Final = 60
FOLDER: Final = "layers"
"""Folder of the layers' contents in the data folder; the same as the pages read."""


def run(work: Work, arguments: Mapping[str, Any], progress: Progress) -> JsonObject:
    """Read the file and return its account; a run that had stored the layer before a power cut says so."""
    order = order_of(arguments)
    analysis = PostgisAnalysis(work.database, work.token, work.settings.files_dir / FOLDER)
    stored = _stored_before(work, analysis, order)
    if stored is not None:
        return _result(stored, stored.id, arguments)
    path = upload_of(work, str(arguments.get("file") or ""))
    within = str(arguments.get("within") or "")
    reading = read_layer(path, order, progress, partial(_ground, analysis, order, within), _limits(work))
    info = reading.info(order)
    if not arguments.get("keep"):
        return _result(info, None, arguments)
    progress.step(1, 1, "保存图层")
    key = analysis.keep(_marked(info, work.job_id), reading.content)
    return _result(info, key, arguments)


def _limits(work: Work) -> Limits:
    return Limits(
        file_bytes=work.settings.max_upload_mb * 1024 * 1024,
        unpacked_bytes=LIMITS.unpacked_bytes,
        sheet_cells=LIMITS.sheet_cells,
        features=LIMITS.features,
    )


def _ground(analysis: PostgisAnalysis, order: LayerOrder, within: str) -> Ground | None:
    """Return the counties of the chosen area; without one a raster is held against the whole country."""
    if not within:
        return Ground(analysis.areas(None), chosen=False) if order.kind is LayerKind.POPULATION else None
    areas = analysis.areas(within)
    if not areas.inside.any():
        raise LayerRefused("no_area", within)
    return Ground(areas)


def _marked(info: LayerInfo, job: int) -> LayerInfo:
    """Return an entry that names its job, so that a second run finds it, with a detail that fits its row."""
    return replace(info, detail=stored_detail(info.detail) | {"job": job})


def stored_detail(detail: Mapping[str, Any]) -> dict[str, Any]:
    """Return a report as it is kept with the layer: without headings, with as many examples as fit."""
    kept = {key: value for key, value in detail.items() if key != "headings"}
    if kept.get("census"):
        kept["census"] = {**kept["census"], "counties": kept["census"]["counties"][:COUNTIES]}
    kept["other_sheets"] = list(kept.get("other_sheets", ()))[:EXAMPLES]
    for most in (EXAMPLES, 10, 5, 2, 0):
        kept["examples"] = {name: rows[:most] for name, rows in detail.get("examples", {}).items()}
        if len(json.dumps(kept, ensure_ascii=False)) <= LONGEST_DETAIL:
            break
    return kept


def _stored_before(work: Work, analysis: PostgisAnalysis, order: LayerOrder) -> LayerInfo | None:
    layers = analysis.layers((order.kind,))
    return next((one for one in layers if one.own and one.detail.get("job") == work.job_id), None)


def _result(info: LayerInfo, key: int | None, arguments: Mapping[str, Any]) -> JsonObject:
    return {
        "kind": str(info.kind),
        "name": info.name,
        "rows": info.rows,
        "used": info.used,
        "left_out": dict(info.left_out),
        "people": info.people,
        "bounds": list(info.bounds) if info.bounds else None,
        "detail": dict(info.detail),
        "layer": key,
        "arguments": dict(arguments),
    }
