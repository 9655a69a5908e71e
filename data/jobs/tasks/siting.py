"""The job ``siting``: arguments ``{"filter": link parameters, "settings": link parameters}``.

Result: the arguments and ``"result"``, a ``projects.analysis.siting.result.Result`` as JSON, or ``"refused"``
(``{"code", "values", "detail"}``) where there is no honest answer. Cancelling stops it at the next part;
nothing is kept then.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from data.jobs.tasks import asked
from data.jobs.work import JsonObject, Work
from gis.errors import BadInput
from projects.analysis.ports import Analysis
from projects.analysis.siting import choosing
from projects.analysis.siting import inputs as siting_inputs
from projects.analysis.siting import settings as siting_settings
from projects.analysis.siting import solving as siting
from projects.work import Progress

MESSAGES: Final[Mapping[choosing.Step, str]] = MappingProxyType(
    {
        "ways": "计算路程",
        "choose": "选点并证明",
        "curve": "逐个加点",
        "others": "寻找相近方案",
        "threshold": "换距离比较",
        "told": "整理结果",
    }
)


def run(work: Work, arguments: Mapping[str, Any], progress: Progress) -> JsonObject:
    """Choose sites with the rights of whoever asked."""
    progress.step(0, len(choosing.STEPS), "读取数据")
    chosen = asked.filter_of(arguments)
    settings, wrong = siting_settings.read(asked.texts(arguments.get("settings")))
    asked.refuse(wrong)

    def tell(step: choosing.Step) -> None:
        progress.step(choosing.STEPS.index(step), len(choosing.STEPS), MESSAGES[step])

    echo = {"filter": chosen.to_params(), "settings": settings.params()}
    try:
        inputs = siting_inputs.gather(_analysis(work), chosen, settings)
        return echo | {"result": siting.answer(inputs, siting.AS_A_JOB, tell).to_json()}
    except BadInput as error:
        refused = {"code": error.code, "values": _plain(error.values), "detail": str(error)}
        return echo | {"refused": refused}


def _analysis(work: Work) -> Analysis:
    from data.store.analysis.adapter import PostgisAnalysis

    return PostgisAnalysis(work.database, work.token, work.settings.files_dir / "layers")


def _plain(values: Mapping[str, object]) -> JsonObject:
    """Return numbers and texts as JSON takes them; anything else as text."""
    return {
        name: value if isinstance(value, str | int | float) or value is None else str(value)
        for name, value in values.items()
    }
