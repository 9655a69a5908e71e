"""Villages that a user might load, made up here only: kept through the port, reached, served; all adds up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from data.cluster import Cluster
from data.database import Database
from data.store.analysis.adapter import PostgisAnalysis
from projects.analysis.coverage import choosing
from projects.analysis.coverage import inputs as coverage_inputs
from projects.analysis.demand import Missing
from projects.analysis.inputs import LayerInfo, LayerKind, PointLayer
from projects.analysis.siting import inputs as siting_inputs
from projects.analysis.siting import settings as siting_settings
from projects.analysis.siting import solving
from projects.analysis.siting.choosing import Effort
from projects.filters import ProjectFilter
from tests.db import making
from tests.db.copies import copy_of

pytestmark = pytest.mark.db

CITY = "440200"
SEED, VILLAGES, FARAWAY, SILENT = 7, 300, 12, 20


class Villages:
    """A made-up layer of villages around the real seats, kept through the port by an editor."""

    def __init__(self, database: Database, folder: Path) -> None:
        with database.owning() as connection:
            token = making.token_of(connection, "villages", "editor", unit_id="440232")
        self.port = PostgisAnalysis(database, token, folder)
        self.points = self._points()
        self.people = float(np.nansum(self.points.people))
        info = LayerInfo(
            0, LayerKind.SETTLEMENTS, "模拟的村庄", "测试", None, "wgs84", VILLAGES, VILLAGES, {},
            self.people, None, "", datetime(2000, 1, 1, tzinfo=UTC), False, False,
        )  # fmt: skip
        self.key = self.port.keep(info, self.points)

    def _points(self) -> PointLayer:
        random = np.random.default_rng(SEED)
        seats = self.port.townships(CITY).lonlat
        seats = seats[np.isfinite(seats).all(axis=1)]
        lonlat = seats[random.integers(0, len(seats), VILLAGES)] + random.normal(0.0, 0.02, (VILLAGES, 2))
        lonlat[:FARAWAY] = (116.4, 39.9)
        people = random.integers(20, 3_000, VILLAGES).astype(float)
        people[-SILENT:] = np.nan
        unknown = np.full(VILLAGES, np.nan)
        ids = tuple(f"V{n:03d}" for n in range(VILLAGES))
        return PointLayer(ids, tuple(f"村 {n}" for n in range(VILLAGES)), lonlat, people, unknown, unknown)


@pytest.fixture(scope="module")
def villages(
    cluster: Cluster, library_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Villages]:
    with copy_of(cluster, library_database) as database:
        yield Villages(database, tmp_path_factory.mktemp("villages"))


def accounted(villages: Villages, places: int, people: float, missing: Mapping[Missing, int]) -> None:
    """Hold that every village took part or is counted with a reason, and so are its people."""
    assert places + sum(missing.values()) == VILLAGES
    assert missing[Missing.NO_PEOPLE] == SILENT and missing[Missing.OUTSIDE] >= FARAWAY
    assert 0 < people < villages.people


def test_a_coverage_of_villages_adds_up(villages: Villages) -> None:
    params = {"show": "reach", "of": "education", "demand": str(villages.key), "limit": "20"}
    settings, issues = choosing.settings_of(params)
    assert not issues
    chosen = ProjectFilter(prefecture=(CITY,))
    found = coverage_inputs.answer(villages.port, chosen, settings, [CITY]).reach
    accounted(villages, found.places, found.people, found.missing)
    assert 0 < found.covered[-1] < found.covered[0]
    for covered, uncovered in zip(found.covered, found.uncovered, strict=True):
        assert covered + uncovered == found.people
    assert sum(people for people, _places in found.bands.values()) == found.people
    assert sum(one.people for one in found.counties) == found.people


def test_sites_for_villages_add_up(villages: Villages) -> None:
    key = str(villages.key)
    settings, issues = siting_settings.read({"people": key, "sites": key, "km": "8"})
    assert not issues
    inputs = siting_inputs.gather(villages.port, ProjectFilter(prefecture=(CITY,)), settings)
    found = solving.answer(inputs, Effort(60.0, 30.0, 1))
    accounted(villages, found.places, found.people, found.ground.missing)
    assert found.before + sum(one.newly for one in found.sites) == found.after
    assert found.bound is not None and found.after <= found.bound < found.people
    assert {one.id for one in found.sites} <= set(villages.points.ids)
