"""What must stand in a catalogue: every sentence of pages and map, every word of the code lists."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from data.jobs.tasks import k_function, siting
from projects.codes import (
    DATUM_ZH,
    METHOD_ZH,
    MILESTONE_ZH,
    DeliveryMode,
    FinanceSource,
    FinanceStatus,
    FundingStatus,
    PromotionStage,
    Stage,
)
from projects.evaluation import RATING_ZH
from projects.fields import FIELDS
from projects.identity import ROLE_NAMES_ZH
from projects.lifecycle.approvals import APPROVAL_ZH
from projects.lifecycle.yearly import YearlyClass
from projects.matters.checking import FIELD_ZH
from projects.matters.model import CHANGED_ZH, ENTRY_ZH, MATTER_ZH, STATE_ZH, TIMING_ZH
from projects.promotion.events import EVENT_ZH
from projects.promotion.shown import OUTCOME_ZH
from tests.paths import ROOT
from views.targets.target_words import UNIT_MSGID, UNITS
from views.words import TABLES

CALLS = {"_", "translate", "say"}
FILES = [
    *sorted((ROOT / "views").rglob("*.py")),
    ROOT / "layers" / "labels.py",
    ROOT / "projects" / "plans" / "words.py",
    ROOT / "services" / "minutes_document.py",
]


def sentences(path: Path) -> Iterator[str]:
    """Yield the literal arguments of the translation calls of a file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and _name(node.func) in CALLS and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def code_words() -> Iterator[str]:
    """Yield the words of every code list that a page shows."""
    for table in TABLES.values():
        yield from table.values()
    choices = (field.choices for field in FIELDS)
    for labels in (DATUM_ZH, METHOD_ZH, MILESTONE_ZH, EVENT_ZH, ROLE_NAMES_ZH, *choices):
        yield from labels.values()
    weekly = (MATTER_ZH, STATE_ZH, TIMING_ZH, ENTRY_ZH, CHANGED_ZH, FIELD_ZH, RATING_ZH)
    for words in (APPROVAL_ZH, OUTCOME_ZH, *weekly):
        yield from words.values()
    yield from (f"{UNIT_MSGID}{unit}" for unit in UNITS)
    stages = (YearlyClass, Stage, PromotionStage, DeliveryMode)
    for codes in (*stages, FundingStatus, FinanceSource, FinanceStatus):
        yield from (str(code) for code in codes)


def progress_words() -> Iterator[str]:
    """Yield what the tasks of the worker say of their progress; the pages translate it."""
    yield from (*siting.MESSAGES.values(), k_function.STEP_ZH)
    folders = ("data/importers/office", "data/importers/layers", "data/jobs/tasks")
    for path in (path for folder in folders for path in (ROOT / folder).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) == "step" and len(node.args) == 3:
                message = node.args[2]
                if isinstance(message, ast.Constant) and message.value:
                    yield str(message.value)


def wanted() -> set[str]:
    """Return every msgid a catalogue needs."""
    said = {s for path in FILES for s in sentences(path)}
    return said | set(code_words()) | set(progress_words())
