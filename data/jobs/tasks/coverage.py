"""The job ``coverage``: distance coverage of many places or along roads.

Arguments: ``filter`` (link parameters of the record filter), ``settings`` (of the page) and ``within`` (area
codes). Result: the same three with ``answer``, as ``projects.analysis.coverage.results`` writes it; the
page shows it while its own settings are these.
"""

from collections.abc import Mapping
from typing import Any, Final

from data.jobs.work import JsonObject, Work
from data.store.analysis.adapter import PostgisAnalysis
from gis.errors import BadInput
from projects.analysis.coverage.choosing import settings_of
from projects.analysis.coverage.inputs import answer
from projects.analysis.coverage.results import as_json
from projects.errors import BadValue
from projects.filters import from_params
from projects.work import Progress

MOST_ROWS: Final = 1_000
"""Places named one by one: a result holds a megabyte at most. All of them are in its sums."""


def run(work: Work, arguments: Mapping[str, Any], progress: Progress) -> JsonObject:
    """Compute; a sentence that says what is wrong with the input fails the job with that sentence."""
    chosen, _ = from_params(dict(arguments.get("filter") or {}))
    settings, _ = settings_of(dict(arguments.get("settings") or {}))
    within = tuple(str(one) for one in arguments.get("within") or ())
    if not within:
        raise BadValue("没有指定地区：请从覆盖页面提交")
    progress.step(0, None, "读取数据")
    analysis = PostgisAnalysis(work.database, work.token, work.settings.files_dir / "layers")
    try:
        found = answer(
            analysis, chosen, settings, within, lambda done, of: progress.step(done, of, "按道路计算")
        )
    except BadInput as error:
        return _echo(arguments) | {"refused": error.code, "values": _plain(error.values), "words": str(error)}
    return _echo(arguments) | {"answer": as_json(found, MOST_ROWS)}


def _echo(arguments: Mapping[str, Any]) -> JsonObject:
    return {name: arguments.get(name) for name in ("filter", "settings", "within")}


def _plain(values: Mapping[str, object]) -> JsonObject:
    return {name: one if isinstance(one, int | float | dict) else str(one) for name, one in values.items()}
