"""The job ``k_function``: ``{"filter": parameters, "against": "seats" or a layer, "reach": km}``.

Result: ``settings`` (the arguments as they were used), ``k`` (as ``against.as_json`` writes it) and ``day``
of the newest record; or ``refused``, the sentence of input without an answer, its ``code`` and ``values``.
A cancelled run leaves no result.
"""

from collections.abc import Mapping
from typing import Any

from data.jobs.tasks import asked
from data.jobs.work import JsonObject, Work
from data.store.analysis.adapter import PostgisAnalysis
from data.store.library import PostgisLibrary
from gis.errors import BadInput
from projects.analysis.clusters import settlement as against
from projects.work import Progress

STEP_ZH = "抽样"


def run(work: Work, arguments: Mapping[str, Any], progress: Progress) -> JsonObject:
    """Compare the records of a filter with settlement, as the account that asked for it."""
    chosen = asked.filter_of(arguments)
    settings, wrong = against.read(asked.texts({k: v for k, v in arguments.items() if k != "filter"}))
    asked.refuse(wrong)
    analysis = PostgisAnalysis(work.database, work.token, work.settings.files_dir / "layers")
    parents = PostgisLibrary(work.database, work.token).prefecture_of()
    held: JsonObject = {"settings": {"filter": chosen.to_params(), **settings.params}}
    try:
        patterns = against.prepare(analysis, chosen, settings, parents)
        found = against.compare(patterns, settings, step=lambda done, of: progress.step(done, of, STEP_ZH))
    except BadInput as error:
        values = {name: str(value) for name, value in error.values.items()}
        return held | {"refused": str(error), "code": error.code, "values": values}
    day = analysis.newest(chosen)
    return held | {"k": against.as_json(found), "day": day.isoformat() if day else None}
