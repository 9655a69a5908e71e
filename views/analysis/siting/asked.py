"""What the siting page was asked for, and its answer: worked out once for the same data and settings."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

import streamlit as st

from gis.errors import BadInput
from projects.analysis.inputs import LayerInfo, LayerKind
from projects.analysis.siting import result as siting_result
from projects.analysis.siting import settings as siting_settings
from projects.analysis.siting.barred import Barred, barred
from projects.analysis.siting.result import Result
from projects.analysis.siting.settings import Settings
from projects.codes import Precision
from projects.errors import UnknownRecord
from projects.filters import ProjectFilter
from projects.work import Job
from views import words
from views.analysis.siting.words import Frame
from views.own_address import OwnAddress
from views.shell import Shell

T = TypeVar("T")

KIND: Final = "siting"
ADDRESS: Final = OwnAddress("siting", {**siting_settings.usual(), "job": ""})
LAYERS: Final[Mapping[str, tuple[LayerKind, ...]]] = {
    "people": (LayerKind.SETTLEMENTS, LayerKind.POPULATION),
    "sites": (LayerKind.CANDIDATES, LayerKind.SETTLEMENTS),
    "ban": (LayerKind.EXCLUSIONS,),
    "roads": (LayerKind.ROADS,),
}
"""Setting → the kinds of layers that it may name."""
_KEPT: Final = 8
"""Answers held in a session; going back to one costs nothing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: filter and settings; ``layers`` are those this person may use."""

    shell: Shell
    chosen: ProjectFilter
    settings: Settings
    layers: tuple[LayerInfo, ...]

    @property
    def frame(self) -> Frame:
        """The circumstances for words and exhibits."""
        shell = self.shell
        return Frame(
            shell.translate,
            shell.language,
            self.settings,
            self.chosen,
            area_words(shell, self.chosen),
            {one.id: one.name for one in self.layers},
            shell.settings.demo,
            self._once("barred", self._barred),
        )

    @property
    def arguments(self) -> dict[str, dict[str, str]]:
        """What a job is given."""
        return {"filter": self.chosen.to_params(), "settings": self.settings.params()}

    def at_once(self) -> Result | None:
        """Return the answer when it takes a few seconds at most, None when it is work for a job.

        Raises BadInput.
        """
        return self._once("answer", self._answer)

    def _answer(self) -> Result | None:
        from projects.analysis.siting import inputs as siting_inputs
        from projects.analysis.siting import solving as siting

        if not siting_inputs.light(self.shell.analysis, self.chosen, self.settings, siting.SMALL_PAIRS):
            return None
        inputs = siting_inputs.gather(self.shell.analysis, self.chosen, self.settings)
        return siting.answer(inputs) if siting.small(inputs) else None

    def _barred(self) -> Barred:
        """Return the outlines in which nothing is built; none where no area or no such layer is named."""
        from projects.analysis.siting import inputs as siting_inputs

        if not self.settings.ban:
            return Barred()
        port = self.shell.analysis
        return barred(port.shapes(int(self.settings.ban)), siting_inputs.areas_of(port, self.chosen))

    def _once(self, question: Hashable, ask: Callable[[], T]) -> T:
        """Return an answer (or raise the failure) that was worked out for the same data and settings."""
        mark = (question, self.shell.version, self.shell.token, self.chosen, self.settings)
        held: dict[Hashable, Any] = st.session_state.setdefault("siting-answers", {})
        if mark not in held:
            try:
                held[mark] = ask()
            except BadInput as error:
                held[mark] = error
            for old in list(held)[:-_KEPT]:
                del held[old]
        if isinstance(held[mark], BadInput):
            raise held[mark]
        return cast(T, held[mark])


def job_of(shell: Shell, key: int | None) -> Job | None:
    """Return a job of this page, None for none, or for one that this person may not see."""
    if key is None or not shell.identity.signed_in:
        return None
    try:
        job = shell.jobs.job(key)
    except UnknownRecord:
        return None
    return job if job.kind == KIND else None


def outcome(job: Job) -> Result:
    """Return what a job found; raises the BadInput that it ended with."""
    refused = job.result.get("refused")
    if refused:
        raise BadInput(str(refused["detail"]), code=str(refused["code"]), **refused["values"])
    return siting_result.from_json(job.result["result"])


def answers(job: Job, asked: Asked) -> bool:
    """Whether a finished job was asked the same as the page is now."""
    return all(job.result.get(name) == value for name, value in asked.arguments.items())


def area_words(shell: Shell, chosen: ProjectFilter) -> str:
    """Return the chosen area in words, "" for none."""
    codes = chosen.county or chosen.prefecture or chosen.province
    names = [area.name if (area := shell.library.area(code)) else code for code in codes]
    return words.joined(names, shell.language)


def vague(asked: Asked) -> dict[str, str]:
    """Return the map's filter of the existing facilities without a place that may be measured."""
    from projects.analysis.siting.inputs import existing

    places = (Precision.TOWNSHIP, Precision.COUNTY, Precision.REGION, Precision.UNLOCATED)
    return existing(asked.chosen, asked.settings).with_(precision=places).to_params()
