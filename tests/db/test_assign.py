"""Many places get their county from the bulk join, few from the trigger: the same answer, facets included."""

from typing import Any

import numpy as np
import pytest
from sqlalchemy import Connection, text

from data.store.assign import assign_all


@pytest.fixture
def scattered(writing: Connection) -> Connection:
    """Four hundred records on random spots of southern China, some in the sea, some on county corners."""
    random = np.random.default_rng(11)
    spots = np.column_stack([random.uniform(108, 118, 380), random.uniform(21, 27, 380)]).tolist()
    spots += list(
        map(
            list,
            writing.execute(
                text(
                    "SELECT ST_X(p), ST_Y(p) FROM"
                    " (SELECT ST_PointN(ST_ExteriorRing((ST_Dump(geom)).geom), 2) AS p FROM area"
                    " WHERE level = 'county' AND prefecture_code = '440200') AS corners LIMIT 20"
                )
            ),
        )
    )
    writing.execute(
        text(
            "INSERT INTO project (id, name, name_normalised, kind, category) VALUES"
            " (:id, :id, :id, 'site', 'other')"
        ),
        [{"id": f"ZZ-{n:04d}"} for n in range(len(spots))],
    )
    writing.execute(
        text(
            "INSERT INTO project_place (project_id, geom, precision, method, basis, datum_entered) VALUES"
            " (:id, ST_SetSRID(ST_MakePoint(:x, :y), 4326), 2, 'gps', 'modelled', 'wgs84')"
        ),
        [{"id": f"ZZ-{n:04d}", "x": x, "y": y} for n, (x, y) in enumerate(spots)],
    )
    return writing


def _stored(connection: Connection) -> list[Any]:
    return list(
        connection.execute(
            text(
                "SELECT place.project_id, place.county_code, place.county_codes, place.near_line,"
                " facet.county_code, facet.area_codes FROM project_place place"
                " JOIN project_facet facet USING (project_id) ORDER BY place.id"
            )
        )
    )


def test_both_ways_give_the_same_answer(scattered: Connection) -> None:
    assign_all(scattered, bulk=10**9)
    one_by_one = _stored(scattered)
    count = assign_all(scattered, bulk=0)
    assert count == len(one_by_one)
    assert _stored(scattered) == one_by_one
    assert len({row[1] for row in one_by_one}) > 100


def test_the_bulk_way_really_writes(scattered: Connection) -> None:
    expected = _stored(scattered)
    scattered.execute(text("ALTER TABLE project_place DISABLE TRIGGER place_before_write"))
    scattered.execute(text("UPDATE project_place SET county_code = '110101', county_codes = '{110101}'"))
    scattered.execute(text("ALTER TABLE project_place ENABLE TRIGGER place_before_write"))
    assert _stored(scattered) != expected
    assign_all(scattered, bulk=0)
    assert _stored(scattered) == expected


def test_the_trigger_works_again_afterwards(scattered: Connection) -> None:
    assign_all(scattered, bulk=0)
    scattered.execute(
        text(
            "UPDATE project_place SET geom = ST_SetSRID(ST_MakePoint(0, 0), 4326)"
            " WHERE project_id = 'ZZ-0000'"
        )
    )
    assert (
        scattered.scalar(text("SELECT county_code FROM project_place WHERE project_id = 'ZZ-0000'")) is None
    )
