"""Reads the library tables of data/reference/library and the printed documents they were taken from."""

import csv
import re
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

from tests.paths import ROOT, shared

REFERENCE = ROOT / "data" / "reference"
CATEGORIES = """
    hospital village_clinic elderly_care tcm pharma_park medical_device hot_spring_town wellness_tourism
    sports food_health health_management education insurance digital_health other
"""
STAGES = {"", "储备", "前期", "新开工", "在建", "竣工", "投产", "停缓建", "退库"}
MODES = """
    政府投资 PPP 特许经营 公建民营 民办公助 政府购买服务 公办民营/托管 参与改制 社会资本独资 合资合作
"""
COLUMNS = {
    "tasks": "task_id section title category_of_document anchor",
    "task_units": "task_id role unit_id printed position",
    "units": "unit_id name kind area_code note",
    "unit_aliases": "unit_id alias kind since source",
    "projects": (
        "project_id name kind category parent_id quantity quantity_basis province_code prefecture_code "
        "county_code county_basis county_source touches candidates township_code township township_basis "
        "zone_id stage stage_words delivery_mode as_of_year owner_unit_id note"
    ),
    "mentions": "project_id task_id printed_name status_words quote",
    "aliases": "project_id alias kind source",
    "zones": "zone_id name prefecture_code county_codes basis source note",
    "targets": (
        "target_id task_id section quote indicator indicator_en operator value value_high unit year "
        "base_year level area_code per_area denominator note"
    ),
    "places": (
        "project_id county_code township_code address lon lat datum precision confidence source "
        "source_url note"
    ),
}
LISTS = {  # (table, column) → the values it may hold
    ("projects", "kind"): {"site", "enterprise", "programme", "platform"},
    ("projects", "category"): set(CATEGORIES.split()),
    ("projects", "quantity_basis"): {"stated", "derived", "unstated"},
    ("projects", "county_basis"): {"documented", "derived", ""},
    ("projects", "township_basis"): {"documented", "derived", ""},
    ("projects", "stage"): STAGES,
    ("projects", "delivery_mode"): {"", *MODES.split()},
    ("task_units", "role"): {"lead", "support", "duty"},
    ("units", "kind"): {"department", "government", "zone_committee", "group", "institution", "enterprise"},
    ("unit_aliases", "kind"): {"printed", "abbreviation", "renamed_to", "renamed_from"},
    ("aliases", "kind"): {"printed", "public"},
    ("targets", "operator"): {">=", "<=", "=", "approx", "increase_by", "range"},
    ("targets", "per_area"): {"each", "total"},
    ("places", "datum"): {"wgs84", "gcj02", "bd09", "unknown", ""},
    ("places", "precision"): {"1", "2", "3", "4", ""},
}
KEYS = {
    "tasks": "task_id",
    "units": "unit_id",
    "projects": "project_id",
    "zones": "zone_id",
    "targets": "target_id",
}
REFERENCES = [  # table, column, the table it points into (always by that table's key); empty = no reference
    ("task_units", "task_id", "tasks"),
    ("task_units", "unit_id", "units"),
    ("unit_aliases", "unit_id", "units"),
    ("projects", "parent_id", "projects"),
    ("projects", "zone_id", "zones"),
    ("projects", "owner_unit_id", "units"),
    ("mentions", "project_id", "projects"),
    ("mentions", "task_id", "tasks"),
    ("aliases", "project_id", "projects"),
    ("targets", "task_id", "tasks"),
    ("places", "project_id", "projects"),
]

Row = dict[str, str]


def read_csv(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


DOCUMENTS = read_csv(REFERENCE / "documents.csv")


def squeeze(text: str) -> str:
    """The text without white space: a unit may be printed over a line break of a table cell."""
    return re.sub(r"\s", "", text)


@dataclass
class Library:
    """The tables of one document, by name."""

    document: Row
    folder: Path
    tables: dict[str, list[Row]] = field(default_factory=dict)

    def __getitem__(self, table: str) -> list[Row]:
        if table not in self.tables:
            self.tables[table] = read_csv(self.folder / f"{table}.csv")
        return self.tables[table]

    def ids(self, table: str) -> set[str]:
        return {row[KEYS[table]] for row in self[table]}


@cache
def load(document_id: str) -> Library:
    document = next(row for row in DOCUMENTS if row["document_id"] == document_id)
    return Library(document, REFERENCE / "library" / document["folder"])


@cache
def printed_text(number: str) -> str:
    """The document whose head carries this number; skips when the documents are not beside the checkout."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(shared("seeds").glob("*.txt"))]
    return next(text for text in texts if number in text[:2000])


@cache
def segments(document_id: str) -> dict[str, str]:
    """What is printed under each task: from its anchor to the next one, in the order of tasks.csv."""
    library = load(document_id)
    whole = printed_text(library.document["number"])
    starts, at = [], 0
    for task in library["tasks"]:
        at = whole.find(task["anchor"], at)
        assert at >= 0, f"{task['task_id']}: anchor not found after the one before: {task['anchor']!r}"
        starts.append(at)
        at += 1
    spans = pairwise([*starts, len(whole)])
    return {task["task_id"]: whole[a:b] for task, (a, b) in zip(library["tasks"], spans, strict=True)}
