"""The shipped alert rules: well formed, and about figures that there are; without promtool."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from services.watching import metrics
from tests.paths import ROOT
from tests.unit.services.watching.test_routes import FIGURES

RULES = yaml.safe_load((ROOT / "deploy" / "prometheus-rules.yml").read_text("utf-8"))["groups"][0]["rules"]
NEVER_YET = {"atlas_backup_proof_age_seconds"}


def names() -> set[str]:
    """Return the names of all figures, those of a database included."""
    found = {f.name for f in metrics.REGISTRY.collect()}
    found |= {f.name for f in metrics._of_database(FIGURES)}
    found |= {f.name for f in metrics.FromDatabase(lambda: FIGURES, Path("/")).collect()}
    return found | NEVER_YET


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_each_rule_is_whole_and_asks_for_figures_that_there_are(rule: dict[str, Any]) -> None:
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"]["summary"].endswith(".")
    assert rule["expr"].count("(") == rule["expr"].count(")")
    asked = {re.sub(r"_(total|bucket)$", "", n) for n in re.findall(r"\batlas_\w+", rule["expr"])}
    assert asked <= names(), asked - names()
    assert asked or rule["expr"].startswith("up{")


def test_rules_have_names_of_their_own_and_the_document_names_each() -> None:
    alerts = [rule["alert"] for rule in RULES]
    assert len(alerts) == len(set(alerts))
    told = (ROOT / "docs" / "watching.md").read_text("utf-8")
    assert [alert for alert in alerts if alert not in told] == []


def test_the_document_names_each_figure() -> None:
    told = (ROOT / "docs" / "watching.md").read_text("utf-8")
    ours = {name for name in names() if name.startswith("atlas_")}
    assert sorted(name for name in ours if name not in told) == []
