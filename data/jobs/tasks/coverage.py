"""The job ``coverage``: distance coverage of many places or along roads.

Arguments: ``filter`` (link parameters of the record filter), ``settings`` (of the page) and ``within`` (area
codes). Result: the same three with ``answer``, as ``projects.analysis.coverage.results`` writes it; the
page shows it while its own settings are these.
"""

from collections.abc import Mapping
from typing import Any, Final

from data.jobs.tasks import asked
from data.jobs.work import JsonObject, Work
from data.store.analysis.adapter import PostgisAnalysis
from gis.errors import BadInput
from projects.analysis.coverage.choosing import settings_of
from projects.analysis.coverage.inputs import answer
from projects.analysis.coverage.results import as_json
from projects.errors import BadValue
from projects.filters import MAX_VALUES
from projects.work import Progress

MOST_ROWS: Final = 1_000
"""Places named one by one: a result holds a megabyte at most. All of them are in its sums."""


def run(work: Work, arguments: Mapping[str, Any], progress: Progress) -> JsonObject:
    """Compute; a sentence that says what is wrong with the input fails the job with that sentence."""
    chosen = asked.filter_of(arguments)
    settings, wrong = settings_of(asked.texts(arguments.get("settings")))
    asked.refuse(wrong)
    within = _within(arguments.get("within"))
    progress.step(0, None, "读取数据")
    analysis = PostgisAnalysis(work.database, work.token, work.settings.files_dir / "layers")
    try:
        found = answer(
            analysis, chosen, settings, within, lambda done, of: progress.step(done, of, "按道路计算")
        )
    except BadInput as error:
        return _echo(arguments) | {"refused": error.code, "values": _plain(error.values), "words": str(error)}
    return _echo(arguments) | {"answer": as_json(found, MOST_ROWS)}


def _within(given: object) -> tuple[str, ...]:
    """Return the areas, each once; no more than a filter can name."""
    codes = tuple(dict.fromkeys(map(str, given))) if isinstance(given, list | tuple) else ()
    if not codes or len(codes) > MAX_VALUES:
        raise BadValue("没有指定地区，或者地区太多：请从覆盖页面提交")
    return codes


def _echo(arguments: Mapping[str, Any]) -> JsonObject:
    return {name: arguments.get(name) for name in ("filter", "settings", "within")}


def _plain(values: Mapping[str, object]) -> JsonObject:
    return {name: one if isinstance(one, int | float | dict) else str(one) for name, one in values.items()}
