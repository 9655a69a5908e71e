"""The schema: migrations make what the tables declare, constraints bite, the app role is kept out."""

import re
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import CheckConstraint, Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from data import migrate
from data.cluster import Cluster
from data.database import ANONYMOUS_ROLE, APP_ROLE, DOOR_ROLE, Database, open_engine
from data.store.library import PostgisLibrary
from data.tables import Base
from projects.errors import StorageUnavailable
from projects.filters import ProjectFilter

pytestmark = pytest.mark.db


@pytest.fixture
def empty(cluster: Cluster) -> Iterator[Database]:
    """A database of its own without any migration."""
    cluster.drop_database("schema_test")
    urls = cluster.create_database("schema_test")
    database = Database(urls.app, urls.owner)
    yield database
    database.dispose()
    cluster.drop_database("schema_test")


@pytest.fixture(scope="module")
def migrated(cluster: Cluster) -> Iterator[Database]:
    """A migrated database without any row."""
    cluster.drop_database("schema_migrated")
    urls = cluster.create_database("schema_migrated")
    database = Database(urls.app, urls.owner)
    migrate.upgrade(database.owner)
    yield database
    database.dispose()
    cluster.drop_database("schema_migrated")


@pytest.fixture
def rows(migrated: Database) -> Iterator[Connection]:
    """An owner's connection with one source, unit, project and account; rolled back."""
    with migrated.owner.connect() as connection:
        transaction = connection.begin()
        for statement in SEED:
            connection.execute(text(statement))
        yield connection
        transaction.rollback()


SEED = (
    "INSERT INTO source (id, kind, title) VALUES ('s', 'document', 'S')",
    "INSERT INTO unit (id, name, kind) VALUES ('u', 'U', 'department')",
    "INSERT INTO project (id, name, name_normalised, kind, category)"
    " VALUES ('T-0001', 'n', 'n', 'site', 'other')",
    "INSERT INTO project (id, name, name_normalised, kind, category, quantity)"
    " VALUES ('T-0002', 'p', 'p', 'programme', 'village_clinic', 1)",
    "INSERT INTO task (id, source_id, position, section, title) VALUES ('t', 's', 1, 'x', 'x')",
    "INSERT INTO owner_unit (id, kind, name, area_code) VALUES ('440232', 'county', 'C', '440232')",
    "INSERT INTO indicator (code, position, zh, en, unit, kind, direction, aggregation, period, lowest,"
    " highest, computed, definition, definition_en)"
    " VALUES ('i', 0, 'i', 'i', 'x', 'count', 'up', 'sum', 'year', 0, 9, 'report', 'x', 'x')",
    "INSERT INTO target (id, source_id, section, quote, indicator, operator, value, unit, area_code,"
    " per_area) VALUES ('tt', 's', 'x', 'x', 'x', '=', 1, 'x', '440200', 'each')",
    "INSERT INTO account (name, role) VALUES ('seed', 'viewer')",
    "INSERT INTO change_set (title, kind, unit_id, filed_by, state)"
    " VALUES ('x', 'form', '440232', 'x', 'draft')",
    "INSERT INTO change_entry (change_set_id, position, operation, label)"
    " SELECT id, 1, 'insert', 'x' FROM change_set",
    "INSERT INTO edition (kind, area_code, title, year) VALUES ('rolling_plan', '440200', 'x', 2026)",
    "INSERT INTO directory (id, definition, made_with, area_code, unit_id, title, valid_on, created_by)"
    " VALUES (9001, 'carriers', '{}', '440200', '440200', 'x', '2026-01-01', 'x')",
    "INSERT INTO pack (title, folder, records, language, files, account_id, expires_at)"
    f" SELECT 'x', '{'f' * 32}', 0, 'zh', '[]', id, '2030-01-01' FROM account",
    "INSERT INTO matter (kind, title, project_id, raised_unit, raised_by, raised_on, lead_unit)"
    " VALUES ('land', 'x', 'T-0001', '440232', 'x', '2026-01-01', '440232')",
    "INSERT INTO meeting (title, unit_id, unit_name, created_by) VALUES ('x', '440232', 'x', 'x')",
)
PROJECT = {"id": "T-0009", "name": "n", "name_normalised": "n", "kind": "site", "category": "other"}
DIRECTORY = {
    "definition": "pilots",
    "made_with": "{}",
    "area_code": "440200",
    "unit_id": "440200",
    "title": "x",
    "valid_on": "2026-01-01",
    "created_by": "x",
}
DIRECTORY_LINE = {"directory_id": 9001, "key": 1, "position": 1, "cells": "{}", "changed_by": "x"}
PLACE = {
    "project_id": "T-0001",
    "precision": 1,
    "method": "gps",
    "basis": "reported",
    "datum_entered": "wgs84",
    "geom": "SRID=4326;POINT(113 25)",
}
LINE = {"project_id": "T-0001", "source": "其他", "status": "到位", "amount": 1, "basis": "reported"}
TARGET = {
    "id": "x",
    "source_id": "s",
    "section": "x",
    "quote": "x",
    "indicator": "x",
    "operator": "=",
    "value": 1,
    "unit": "x",
    "area_code": "440200",
    "per_area": "each",
}
AREA = {
    "code": "440232",
    "level": "county",
    "name": "x",
    "area_km2": 1,
    "source_id": "s",
    "geom": "SRID=4326;MULTIPOLYGON(((0 0,1 0,1 1,0 0)))",
    "label": "SRID=4326;POINT(0 0)",
}
AREA |= {"display": AREA["geom"], "overview": AREA["geom"]}
REPORT = {
    "indicator": "i",
    "area_code": "x",
    "period_to": "2020-01-01",
    "value": 1,
    "unit": "x",
    "basis": "reported",
    "source_note": "x",
    "state": "submitted",
    "filed_by": "x",
}
INDICATOR = {
    "code": "j",
    "position": 1,
    "zh": "x",
    "en": "x",
    "unit": "x",
    "kind": "count",
    "direction": "up",
    "aggregation": "sum",
    "period": "year",
    "lowest": 0,
    "highest": 1,
    "computed": "report",
    "definition": "x",
    "definition_en": "x",
}
RECIPE = {"target_id": "tt", "method": "report", "indicator": "i"}
APPROVAL = {"project_id": "T-0001", "code": "fireDesign", "basis": "reported"}
SHOWN = {"entry_id": "change_entry", "project_id": "T-0001", "outcome": "signed"}
"""Of a meeting that is not there: a check bites before the foreign key does."""
EVENT = {"kind": "visit", "project_id": "T-0001", "unit_id": "440232"}
MATTER = {
    "kind": "land",
    "title": "x",
    "project_id": "T-0001",
    "raised_unit": "440232",
    "raised_by": "x",
    "raised_on": "2026-01-01",
    "lead_unit": "440232",
}
STEP = {"matter_id": "matter", "kind": "reply", "text": "x", "written_by": "x"}
MEETING = {"title": "x", "unit_id": "440232", "unit_name": "x", "created_by": "x"}
ITEM = {"meeting_id": "meeting", "matter_id": "matter", "position": 1}
ACCOUNT = {"name": "x1", "role": "viewer"}
CHANGE_SET = {"title": "x", "kind": "form", "unit_id": "440232", "filed_by": "x", "state": "draft"}
# Rows that hang on a seeded one: its number is looked up when the row is inserted.
SESSION = {"token_sha256": b"x", "account_id": "account", "kind": "browser", "expires_at": "2030-01-01"}
SIGN_IN = {"way": "password", "outcome": "in"}
API_TOKEN = {
    "unit_id": "440232",
    "title": "x",
    "token_sha256": b"x",
    "created_by": "x",
    "created_at": "2026-01-01",
    "expires_at": "2026-06-01",
}
ENTRY = {"change_set_id": "change_set", "position": 2, "operation": "insert", "label": "x"}
CHANGE = {"entry_id": "change_entry", "path": "beds"}
JOB = {"kind": "x", "state": "waiting", "arguments": "{}", "account_id": "account"}
SEEDED = {"account_id", "change_set_id", "entry_id", "edition_id", "pack_id", "matter_id", "meeting_id"}

EDITION = {"kind": "catalogue", "area_code": "440200", "title": "x", "year": 2026}
EDITION_ENTRY = {
    "edition_id": "edition",
    "project_id": "T-0001",
    "change": "left",
    "reason": "x",
    "snapshot": "{}",
}

# constraint → table, a row that would be accepted (None: there is one already), the value that must not be
WEIGHT = {"part": "field", "name": "x", "position": 1, "weight": 1}
LAYER = {
    "kind": "settlements",
    "name": "x",
    "source": "",
    "datum": "wgs84",
    "rows": 2,
    "used": 1,
    "file_name": f"{'0' * 32}.npz",
    "account_id": "account",
    "loaded_by": "x",
}
PACK = {
    "title": "x",
    "folder": "0" * 32,
    "records": 1,
    "language": "zh",
    "files": "[]",
    "account_id": "account",
    "expires_at": "2030-01-01",
}
SHARE = {"token_sha256": b"x", "pack_id": "pack", "account_id": "account", "expires_at": "2030-01-01"}
ROUND = {"made_on": "2026-11-23", "made_by": "x", "folder": "1" * 32}
SHEET = {"round_id": 1, "unit_id": "u", "unit_name": "x", "mark": "0" * 16, "file": "0001.xlsx"}
"""Of a round that is not there: a check bites before the foreign key does."""
SENT = {"sheet_id": 1, "kind": "sent", "noted_by": "x"}
EVALUATION = {
    "title": "x",
    "detail": "x",
    "area_code": "440232",
    "rating": "good",
    "written_by": "x",
    "organisation": "x",
}
RENAMED = {
    "unit_id": "u",
    "kind": "renamed",
    "old_name": "x",
    "new_name": "xx",
    "since": "2019-03-01",
    "source": "x",
    "made_by": "x",
}
UPKEEP = {"kind": "backup", "mark": "m"}
BITES = {
    "ck_project_kind_in_list": ("project", PROJECT, {"kind": "hotel"}),
    "ck_project_category_in_list": ("project", PROJECT, {"category": "hotel"}),
    "ck_project_stage_in_list": ("project", PROJECT, {"stage": "完工"}),
    "ck_project_promotion_stage_in_list": ("project", PROJECT, {"promotion_stage": "完工"}),
    "ck_project_delivery_mode_in_list": ("project", PROJECT, {"delivery_mode": "BOT"}),
    "ck_project_ownership_in_list": ("project", PROJECT, {"ownership": "国有"}),
    "ck_project_open_to_capital_in_list": ("project", PROJECT, {"open_to_capital": "yes"}),
    "ck_project_land_status_in_list": ("project", PROJECT, {"land_status": "x"}),
    "ck_project_capital_sought_not_negative": ("project", PROJECT, {"capital_sought": -1}),
    "ck_project_quantity_basis_in_list": ("project", PROJECT, {"quantity_basis": "guess"}),
    "ck_project_basis_in_list": ("project", PROJECT, {"basis": "guess"}),
    "ck_project_county_basis_in_list": ("project", PROJECT, {"county_basis": "guess"}),
    "ck_project_township_basis_in_list": ("project", PROJECT, {"township_basis": "guess"}),
    "ck_project_total_investment_not_negative": ("project", PROJECT, {"total_investment": -1}),
    "ck_project_quantity_not_negative": ("project", PROJECT, {"quantity": -1}),
    "ck_project_beds_not_negative": ("project", PROJECT, {"land_mu": -1}),
    "ck_project_id_form": ("project", PROJECT, {"id": "sg-1"}),
    "ck_project_name_length": ("project", PROJECT, {"name": ""}),
    "ck_project_county_code_form": ("project", PROJECT, {"county_code": "44023", "county_basis": "derived"}),
    "ck_project_project_code_form": ("project", PROJECT, {"project_code": "2016-440232-84"}),
    "ck_project_not_own_parent": ("project", PROJECT, {"parent_id": "T-0009"}),
    "ck_project_county_has_basis": ("project", PROJECT, {"county_code": "440232"}),
    "ck_project_area_relation_in_list": (
        "project_area",
        {"project_id": "T-0001", "county_code": "440232", "relation": "touches", "basis": "derived"},
        {"relation": "near"},
    ),
    "ck_project_area_basis_in_list": (
        "project_area",
        {"project_id": "T-0001", "county_code": "440232", "relation": "touches", "basis": "derived"},
        {"basis": "guess"},
    ),
    "ck_project_place_method_in_list": ("project_place", PLACE, {"method": "guess"}),
    "ck_project_place_basis_in_list": ("project_place", PLACE, {"basis": "guess"}),
    "ck_project_place_datum_entered_in_list": ("project_place", PLACE, {"datum_entered": "xian80"}),
    "ck_project_place_precision_range": ("project_place", PLACE, {"precision": 0}),
    "ck_project_place_unknown_datum_never_exact": ("project_place", PLACE, {"datum_entered": "unknown"}),
    "ck_project_place_geom_valid": (
        "project_place",
        PLACE,
        {"geom": "SRID=4326;POLYGON((0 0,1 1,1 0,0 1,0 0))"},
    ),
    "ck_project_place_geom_degrees": ("project_place", PLACE, {"geom": "SRID=4326;POINT(11300000 25)"}),
    "ck_project_place_primary_first": ("project_place", PLACE, {"position": 1}),
    "ck_task_unit_role_in_list": (
        "task_unit",
        {"task_id": "t", "role": "lead", "unit_id": "u", "printed": "x", "position": 1},
        {"role": "boss"},
    ),
    "ck_project_party_role_in_list": (
        "project_party",
        {"project_id": "T-0001", "role": "owner", "unit_id": "u", "basis": "reported"},
        {"role": "boss"},
    ),
    "ck_project_party_basis_in_list": (
        "project_party",
        {"project_id": "T-0001", "role": "owner", "unit_id": "u", "basis": "reported"},
        {"basis": "guess"},
    ),
    "ck_slot_state_consistent": ("slot", {"programme_id": "T-0002", "number": 1}, {"state": "claimed"}),
    "ck_data_issue_code_in_list": (
        "data_issue",
        {
            "project_id": "T-0001",
            "code": "missing_value",
            "severity": "info",
            "field": "x",
            "value": "x",
            "action": "x",
            "remedy": "x",
        },
        {"code": "odd"},
    ),
    "ck_data_issue_severity_in_list": (
        "data_issue",
        {
            "project_id": "T-0001",
            "code": "missing_value",
            "severity": "info",
            "field": "x",
            "value": "x",
            "action": "x",
            "remedy": "x",
        },
        {"severity": "odd"},
    ),
    "ck_finance_line_source_in_list": ("finance_line", LINE, {"source": "PPP"}),
    "ck_finance_line_status_in_list": ("finance_line", LINE, {"status": "口头"}),
    "ck_finance_line_basis_in_list": ("finance_line", LINE, {"basis": "guess"}),
    "ck_finance_line_amount_not_negative": ("finance_line", LINE, {"amount": -1}),
    "ck_finance_line_year_range": ("finance_line", LINE, {"year": 20}),
    "ck_annual_plan_amount_not_negative": (
        "annual_plan",
        {"project_id": "T-0001", "year": 2020, "amount": 1, "basis": "reported"},
        {"amount": -1},
    ),
    "ck_annual_plan_basis_in_list": (
        "annual_plan",
        {"project_id": "T-0001", "year": 2020, "amount": 1, "basis": "reported"},
        {"basis": "guess"},
    ),
    "ck_milestone_basis_in_list": (
        "milestone",
        {"project_id": "T-0001", "code": "x", "basis": "reported"},
        {"basis": "guess"},
    ),
    "ck_approval_step_basis_in_list": ("approval_step", APPROVAL, {"basis": "guess"}),
    "ck_approval_step_code_form": ("approval_step", APPROVAL, {"code": "消防"}),
    "ck_approval_step_texts_short": ("approval_step", APPROVAL, {"number": "x" * 101}),
    "ck_promotion_shown_outcome_in_list": ("promotion_shown", None, SHOWN | {"outcome": "won"}),
    "ck_promotion_shown_amount_not_negative": ("promotion_shown", None, SHOWN | {"amount": -1}),
    "ck_promotion_shown_version_counts": ("promotion_shown", None, SHOWN | {"version": 0}),
    "ck_promotion_shown_note_length": ("promotion_shown", None, SHOWN | {"note": "x" * 501}),
    "ck_project_land_tenure_in_list": ("project", PROJECT, {"land_tenure": "x"}),
    "ck_project_land_use_length": ("project", PROJECT, {"land_use": ""}),
    "ck_project_land_quota_mu_not_negative": ("project", PROJECT, {"land_quota_mu": -1}),
    "ck_project_land_quota_status_in_list": ("project", PROJECT, {"land_quota_status": "x"}),
    "ck_project_planning_note_length": ("project", PROJECT, {"planning_note": "x" * 2001}),
    "ck_edition_kind_in_list": ("edition", EDITION, {"kind": "x"}),
    "ck_edition_state_in_list": ("edition", EDITION, {"state": "x", "decided_at": "2026-01-01"}),
    "ck_edition_year_range": ("edition", EDITION, {"year": 20217}),
    "ck_edition_title_length": ("edition", EDITION, {"title": ""}),
    "ck_edition_texts_short": ("edition", EDITION, {"note": "x" * 2001}),
    "ck_edition_entry_reason_short": ("edition_entry", EDITION_ENTRY, {"reason": "x" * 501}),
    "ck_edition_decided_is_dated": ("edition", EDITION, {"state": "rejected"}),
    "ck_edition_published_is_numbered": (
        "edition",
        EDITION,
        {"state": "published", "decided_at": "2026-01-01"},
    ),
    "ck_edition_entry_left_has_reason": ("edition_entry", EDITION_ENTRY, {"reason": " "}),
    "ck_promotion_event_about_something": ("promotion_event", EVENT, {"project_id": None}),
    "ck_promotion_event_kind_in_list": ("promotion_event", EVENT, {"kind": "party"}),
    "ck_promotion_event_version_counts": (
        "promotion_event",
        EVENT,
        {"version": 0, "entry_id": "change_entry"},
    ),
    "ck_promotion_event_dates_sensible": ("promotion_event", EVENT, {"next_due": "20217-01-01"}),
    "ck_promotion_event_texts_short": ("promotion_event", EVENT, {"counterpart": "x" * 201}),
    "ck_target_operator_in_list": ("target", TARGET, {"operator": "~"}),
    "ck_target_per_area_in_list": ("target", TARGET, {"per_area": "some"}),
    "ck_indicator_report_basis_in_list": ("indicator_report", REPORT, {"basis": "guess"}),
    "ck_indicator_report_state_in_list": ("indicator_report", REPORT, {"state": "lost"}),
    "ck_indicator_report_period_in_order": ("indicator_report", REPORT, {"period_from": "2021-01-01"}),
    "ck_indicator_report_period_range": ("indicator_report", REPORT, {"period_to": "2201-01-01"}),
    "ck_indicator_report_parts_in_range": ("indicator_report", REPORT, {"denominator": 0}),
    "ck_indicator_report_source_note_length": ("indicator_report", REPORT, {"source_note": ""}),
    "ck_indicator_report_decided_when": ("indicator_report", REPORT, {"state": "accepted"}),
    "ck_indicator_kind_in_list": ("indicator", INDICATOR, {"kind": "guess"}),
    "ck_indicator_direction_in_list": ("indicator", INDICATOR, {"direction": "aside"}),
    "ck_indicator_aggregation_in_list": ("indicator", INDICATOR, {"aggregation": "mean"}),
    "ck_indicator_period_in_list": ("indicator", INDICATOR, {"period": "ever"}),
    "ck_indicator_limits_in_order": ("indicator", INDICATOR, {"lowest": 2}),
    "ck_target_recipe_method_in_list": ("target_recipe", RECIPE, {"method": "guess"}),
    "ck_target_recipe_rule_says_why": ("target_recipe", RECIPE, {"indicator": None}),
    "ck_owner_unit_kind_in_list": (
        "owner_unit",
        {"id": "x", "kind": "zone", "name": "x", "area_code": "440200"},
        {"kind": "club"},
    ),
    "ck_account_role_in_list": ("account", ACCOUNT, {"role": "root"}),
    "ck_account_name_form": ("account", ACCOUNT, {"name": "Upper"}),
    "ck_account_editor_has_unit": ("account", ACCOUNT, {"role": "editor"}),
    "ck_account_evaluator_has_scope": ("account", ACCOUNT, {"role": "evaluator"}),
    "ck_office_file_subject_kind_in_list": (
        "office_file",
        {
            "subject_kind": "matter",
            "subject_id": 1,
            "file_name": "x",
            "media_type": "x",
            "size_bytes": 1,
            "sha256": "x",
            "uploaded_by": "x",
        },
        {"subject_kind": "project"},
    ),
    "ck_evaluation_rating_in_list": ("evaluation", EVALUATION, {"rating": "x"}),
    "ck_evaluation_state_in_list": ("evaluation", EVALUATION, {"state": "lost"}),
    "ck_evaluation_about_one_thing": ("evaluation", EVALUATION, {"project_id": "T-0001"}),
    "ck_evaluation_score_in_range": ("evaluation", EVALUATION, {"score": 100.5}),
    "ck_evaluation_texts_short": ("evaluation", EVALUATION, {"title": ""}),
    "ck_evaluation_seen_on_sensible": ("evaluation", EVALUATION, {"seen_on": "1889-01-01"}),
    "ck_evaluation_handed_in_when": ("evaluation", EVALUATION, {"handed_in_at": "2026-01-01"}),
    "ck_unit_change_kind_in_list": ("unit_change", None, RENAMED | {"kind": "x", "new_name": None}),
    "ck_unit_change_says_what": ("unit_change", RENAMED, {"into_id": "u"}),
    "ck_unit_change_texts_short": ("unit_change", RENAMED, {"source": ""}),
    "ck_account_reviewer_has_scope": ("account", ACCOUNT, {"role": "reviewer"}),
    "ck_account_session_kind_in_list": ("account_session", SESSION, {"kind": "ghost"}),
    "ck_sign_in_way_in_list": ("sign_in", SIGN_IN, {"way": "window"}),
    "ck_sign_in_outcome_in_list": ("sign_in", SIGN_IN, {"outcome": "perhaps"}),
    "ck_api_token_title_length": ("api_token", API_TOKEN, {"title": ""}),
    "ck_api_token_ends": ("api_token", API_TOKEN, {"expires_at": "2040-01-01"}),
    "ck_access_policy_one_row": ("access_policy", None, {"id": 2, "anonymous_reads": True}),
    "ck_directory_state_in_list": ("directory", DIRECTORY, {"state": "lost"}),
    "ck_directory_definition_form": ("directory", DIRECTORY, {"definition": "名录"}),
    "ck_directory_published_is_numbered": ("directory", DIRECTORY, {"number": 1}),
    "ck_directory_withdrawn_is_dated": ("directory", DIRECTORY, {"withdrawn_at": "2026-01-01"}),
    "ck_directory_texts_short": ("directory", DIRECTORY, {"title": " "}),
    "ck_directory_entries_counted": ("directory", DIRECTORY, {"entries": 20_001}),
    "ck_directory_valid_on_sensible": ("directory", DIRECTORY, {"valid_on": "1989-12-31"}),
    "ck_directory_entry_cells_are_objects": ("directory_entry", DIRECTORY_LINE, {"cells": "[]"}),
    "ck_directory_entry_texts_short": ("directory_entry", DIRECTORY_LINE, {"doubt": "x" * 501}),
    "ck_directory_entry_place_whole": ("directory_entry", DIRECTORY_LINE, {"lon": 113}),
    "ck_directory_entry_place_on_earth": (
        "directory_entry",
        DIRECTORY_LINE,
        {"lon": 24, "lat": 113, "precision": 1},
    ),
    "ck_directory_entry_precision_range": (
        "directory_entry",
        DIRECTORY_LINE,
        {"lon": 113, "lat": 24, "precision": 6},
    ),
    "ck_change_set_state_in_list": ("change_set", CHANGE_SET, {"state": "lost"}),
    "ck_change_set_kind_in_list": ("change_set", CHANGE_SET, {"kind": "lost"}),
    "ck_change_entry_operation_in_list": ("change_entry", ENTRY, {"operation": "guess"}),
    "ck_change_decision_in_list": ("change", CHANGE, {"decision": "perhaps"}),
    "ck_history_operation_in_list": (
        "history",
        {"table_name": "x", "row_key": "x", "operation": "insert", "changed_by": "x", "transaction_id": 1},
        {"operation": "guess"},
    ),
    "ck_job_state_in_list": ("job", JOB, {"state": "lost"}),
    "ck_geocode_answer_outcome_in_list": (
        "geocode_answer",
        {"service": "x", "question": "x", "outcome": "located"},
        {"outcome": "perhaps"},
    ),
    "ck_matter_kind_in_list": ("matter", MATTER, {"kind": "party"}),
    "ck_matter_state_in_list": ("matter", MATTER, {"state": "lost"}),
    "ck_matter_about_something": ("matter", MATTER, {"project_id": None}),
    "ck_matter_texts_short": ("matter", MATTER, {"title": "x" * 121}),
    "ck_matter_due_sensible": ("matter", MATTER, {"due_on": "20217-01-01"}),
    "ck_matter_closed_is_dated": ("matter", MATTER, {"state": "closed"}),
    "ck_matter_supports_few": ("matter", MATTER, {"support_units": ["440232"] * 21}),
    "ck_matter_entry_kind_in_list": ("matter_entry", STEP, {"kind": "gossip"}),
    "ck_matter_entry_text_short": ("matter_entry", STEP, {"text": "x" * 4001}),
    "ck_meeting_held_sensible": ("meeting", MEETING, {"held_on": "20217-01-01"}),
    "ck_meeting_texts_short": ("meeting", MEETING, {"title": ""}),
    "ck_meeting_item_decision_short": ("meeting_item", ITEM, {"decision": "x" * 4001}),
    "ck_unit_kind_in_list": ("unit", {"id": "x", "name": "x", "kind": "group"}, {"kind": "club"}),
    "ck_source_kind_in_list": ("source", {"id": "x", "kind": "page", "title": "x"}, {"kind": "rumour"}),
    "ck_area_level_in_list": ("area", AREA, {"level": "village"}),
    "ck_area_code_six_digits": ("area", AREA, {"code": "44023"}),
    "ck_township_code_nine_digits": (
        "township",
        {
            "code": "440232100",
            "name": "x",
            "county_code": "440232",
            "villages": 0,
            "communities": 0,
            "other_units": 0,
        },
        {"code": "440232"},
    ),
    "ck_zone_basis_in_list": (
        "zone",
        {"id": "x", "name": "x", "prefecture_code": "440200", "basis": "derived"},
        {"basis": "guess"},
    ),
    "ck_census_figure_level_in_list": (
        "census_figure",
        {
            "code": "x",
            "year": 2020,
            "level": "county",
            "name": "x",
            "prefecture": "x",
            "population": 1,
            "population_60_plus": 1,
            "population_65_plus": 1,
            "source_id": "s",
        },
        {"level": "village"},
    ),
    "ck_installation_one_row": ("installation", None, {"id": 2}),
    "ck_score_weight_part_in_list": ("score_weight", WEIGHT, {"part": "x"}),
    "ck_score_weight_weight_range": ("score_weight", WEIGHT, {"weight": 101}),
    "ck_analysis_layer_kind_in_list": ("analysis_layer", LAYER, {"kind": "x"}),
    "ck_analysis_layer_texts_short": ("analysis_layer", LAYER, {"datum": ""}),
    "ck_analysis_layer_rows_counted": ("analysis_layer", LAYER, {"used": 3}),
    "ck_analysis_layer_people_not_negative": ("analysis_layer", LAYER, {"people": -1}),
    "ck_analysis_layer_bounds_degrees": ("analysis_layer", LAYER, {"west": 113}),
    "ck_analysis_layer_file_name_form": ("analysis_layer", LAYER, {"file_name": "../x.npz"}),
    "ck_pack_language_in_list": ("pack", PACK, {"language": "de"}),
    "ck_pack_folder_form": ("pack", PACK, {"folder": "../x"}),
    "ck_pack_records_counted": ("pack", PACK, {"records": -1}),
    "ck_pack_texts_short": ("pack", PACK, {"title": ""}),
    "ck_pack_frozen_or_ends": ("pack", PACK, {"expires_at": None}),
    "ck_pack_share_ends_later": ("pack_share", SHARE, {"expires_at": "2020-01-01"}),
    "ck_upkeep_run_kind_in_list": ("upkeep_run", UPKEEP, {"kind": "sweep"}),
    "ck_upkeep_run_outcome_in_list": ("upkeep_run", UPKEEP, {"outcome": "good", "finished_at": "2026-11-22"}),
    "ck_upkeep_run_ended": ("upkeep_run", UPKEEP, {"outcome": "done"}),
    "ck_upkeep_run_size_not_negative": ("upkeep_run", UPKEEP, {"size_bytes": -1}),
    "ck_upkeep_run_texts_short": ("upkeep_run", UPKEEP, {"words": "x" * 1001}),
    "ck_monday_round_folder_form": ("monday_round", ROUND, {"folder": "../x"}),
    "ck_monday_round_texts_short": ("monday_round", ROUND, {"note": "x" * 501}),
    "ck_monday_sheet_made_or_failed": ("monday_sheet", None, SHEET | {"failure": "x"}),
    "ck_monday_sheet_mark_form": ("monday_sheet", None, SHEET | {"mark": "ZZ"}),
    "ck_monday_sheet_file_form": ("monday_sheet", None, SHEET | {"file": "../x.xlsx"}),
    "ck_monday_sheet_texts_short": ("monday_sheet", None, SHEET | {"unit_name": ""}),
    "ck_monday_event_kind_in_list": ("monday_event", None, SENT | {"kind": "lost"}),
    "ck_monday_event_rows_back_not_negative": ("monday_event", None, SENT | {"rows_back": -1}),
    "ck_monday_event_texts_short": ("monday_event", None, SENT | {"words": "x" * 201}),
}
WITHOUT_EXAMPLE = {
    "ck_slot_state_in_list",  # an unknown state breaks ck_slot_state_consistent first
    "ck_edition_entry_change_in_list",  # tables of later issues, same rule as above
}


def insert(connection: Connection, table: str, values: dict[str, object]) -> None:
    for name in SEEDED & set(values):
        values = {**values, name: connection.scalar(text(f"SELECT max(id) FROM {values[name]}"))}
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)


def test_migrations_make_what_the_tables_declare(library_database: Database) -> None:
    with library_database.owner.connect() as connection:
        assert migrate.differences(connection) == []
        assert migrate.current(connection) == migrate.head()


def listed(definition: str) -> set[str]:
    """Return the words in quotes; the server quotes negative numbers too."""
    return {word for word in re.findall(r"'([^']*)'", definition) if not word.startswith("-")}


def test_code_lists_of_the_database_are_those_of_the_tables(library_database: Database) -> None:
    """A code added to a list needs a migration too; the comparison above does not look into checks."""
    with library_database.owner.connect() as connection:
        found = connection.execute(
            text(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE contype = 'c' AND connamespace = 'atlas'::regnamespace"
            )
        )
        stored = {name: listed(definition) for name, definition in found}
    for table in Base.metadata.tables.values():
        for constraint in table.constraints:
            if isinstance(constraint, CheckConstraint):
                declared = listed(str(constraint.sqltext))
                assert declared == stored[str(constraint.name)], constraint.name


def test_every_check_constraint_has_an_example() -> None:
    declared = {
        str(constraint.name)
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    assert declared == set(BITES) | WITHOUT_EXAMPLE


@pytest.mark.parametrize("name", BITES)
def test_constraint_bites(rows: Connection, name: str) -> None:
    table, good, bad = BITES[name]
    if good is not None:
        with rows.begin_nested() as step:
            insert(rows, table, good)
            step.rollback()
    with pytest.raises(DBAPIError) as caught, rows.begin_nested():
        insert(rows, table, {**(good or {}), **bad})
    assert caught.value.orig.diag.constraint_name == name  # type: ignore[union-attr]


def test_two_primary_places_and_two_projects_of_one_code_are_refused(rows: Connection) -> None:
    insert(rows, "project_place", PLACE)
    with pytest.raises(DBAPIError, match="uq_project_place_project_id_position"), rows.begin_nested():
        insert(rows, "project_place", PLACE)
    code = {"project_code": "2016-440232-84-01-000001"}
    insert(rows, "project", PROJECT | code)
    with pytest.raises(DBAPIError, match="uq_project_project_code"), rows.begin_nested():
        insert(rows, "project", PROJECT | code | {"id": "T-0010"})


# ---- ids ----


def test_ids_grow_and_are_never_given_twice(rows: Connection) -> None:
    def following() -> str:
        return str(rows.scalar(text("SELECT next_project_id('T')")))

    assert following() == "T-0003"
    assert following() == "T-0004"
    insert(rows, "project", PROJECT | {"id": "T-0123"})
    rows.execute(text("DELETE FROM project WHERE id = 'T-0123'"))
    assert following() == "T-0124"
    assert rows.scalar(text("SELECT next_project_id('NEW')")) == "NEW-0001"
    rows.execute(text("UPDATE id_counter SET last = 9999 WHERE prefix = 'T'"))
    assert following() == "T-10000"


# ---- the roles of the app; what they may do with whose records is in test_access.py ----

ROLES = (APP_ROLE, ANONYMOUS_ROLE, DOOR_ROLE)


def as_role(connection: Connection, role: str, statement: str) -> str:
    """Return the SQLSTATE with which a role is refused, '' when it is not."""
    with connection.begin_nested() as step:
        connection.execute(text(f"SET LOCAL ROLE {role}"))
        try:
            connection.execute(text(statement))
        except DBAPIError as error:
            return str(error.orig.sqlstate)  # type: ignore[union-attr]
        finally:
            step.rollback()
    return ""


DENIED = "42501"


@pytest.mark.parametrize("role", ROLES)
def test_no_role_of_the_app_is_a_superuser_or_owns_or_inherits_anything(
    library_database: Database, role: str
) -> None:
    with library_database.owner.connect() as connection:
        found = connection.execute(
            text(
                "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, rolinherit"
                " FROM pg_roles WHERE rolname = :role"
            ),
            {"role": role},
        ).one()
        assert not any(found)
        owned = connection.scalar(
            text("SELECT count(*) FROM pg_class WHERE relowner = to_regrole(:role)"), {"role": role}
        )
        assert owned == 0


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO unit (id, name, kind) VALUES ('x', 'x', 'group')",
        "DELETE FROM slot",
        "DELETE FROM project",
        "TRUNCATE project_facet",
        "TRUNCATE history",
        "UPDATE project_facet SET published = true",
        "UPDATE history SET changed_by = 'x'",
        "DELETE FROM history",
        "INSERT INTO history (table_name, row_key, operation, changed_by, transaction_id)"
        " VALUES ('x', 'x', 'insert', 'x', 1)",
        "DELETE FROM edit_mark",
        "DELETE FROM facet_queue",
        "ALTER TABLE facet_queue DISABLE TRIGGER derive_queued",
        "INSERT INTO edit_mark VALUES (1)",
        "UPDATE loaded SET version = 'x'",
        "UPDATE area SET name = 'x'",
        "UPDATE access_policy SET anonymous_reads = true",
        "DELETE FROM change_set",
        "DELETE FROM change",
        "ALTER TABLE project ADD COLUMN x int",
        "ALTER TABLE project DISABLE TRIGGER ALL",
        "ALTER TABLE project DISABLE ROW LEVEL SECURITY",
        "DROP POLICY reads ON project",
        "SET session_replication_role = replica",
        "DROP TABLE project",
        "CREATE TABLE atlas.mine (x int)",
        "CREATE FUNCTION atlas.acting_account() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "SELECT * FROM alembic_version",
        "SELECT refresh_facets()",
        "SELECT refresh_place_issues(NULL)",
        "SELECT refresh_owner_units()",
        "SELECT give_owners()",
        "SELECT mark_edit()",
        "SELECT acting()",
        "SELECT create_slots('SG-0028')",
        "COPY project TO PROGRAM 'cat'",
        "SELECT pg_read_file('/etc/passwd')",
    ],
)
def test_no_role_of_the_app_may(writing: Connection, role: str, statement: str) -> None:
    assert as_role(writing, role, statement) == DENIED


SIGNED_IN_ONLY = {"attachment", "change", "change_entry", "change_set", "draft", "history"}
SIGNED_IN_ONLY |= {"analysis_layer", "api_token", "job", "pack_share", "promotion_event"}
SIGNED_IN_ONLY |= {"evaluation", "office_file", "unit_change"}
SIGNED_IN_ONLY |= {"promotion_shown", "score_weight_change"}
SIGNED_IN_ONLY |= {"matter", "matter_entry", "meeting", "meeting_item", "meeting_version"}
SIGNED_IN_ONLY |= {"sign_in"}
SIGNED_IN_ONLY |= {"monday_event", "monday_round", "monday_sheet", "upkeep_run"}
PARTLY = {"account", "edition", "indicator_report", "pack", "project", "score_weight", "slot"}
PARTLY |= {"directory", "directory_entry"}


def readable(connection: Connection, role: str) -> set[str]:
    tables = Base.metadata.tables
    return {t for t in tables if not as_role(connection, role, f"SELECT * FROM {t} LIMIT 1")}


def test_each_role_reads_its_tables_and_no_others(writing: Connection) -> None:
    everything = set(Base.metadata.tables)
    closed = {"access_policy", "account_session", "facet_queue", "geocode_answer", "id_counter"}
    assert everything - readable(writing, APP_ROLE) == closed | {"account", "api_token", "pack_share"}
    assert everything - readable(writing, ANONYMOUS_ROLE) == closed | SIGNED_IN_ONLY | PARTLY
    names = {"owner_unit", "unit", "unit_alias"}
    assert readable(writing, DOOR_ROLE) == {"account", "account_session", "access_policy"} | names


@pytest.mark.parametrize(
    ("role", "table", "columns"),
    [
        (ANONYMOUS_ROLE, "project", {"contact", "created_by", "updated_by"}),
        (ANONYMOUS_ROLE, "slot", {"confirmed_by"}),
        (ANONYMOUS_ROLE, "score_weight", {"updated_by"}),
        (
            ANONYMOUS_ROLE,
            "indicator_report",
            {"unit_id", "filed_by", "decided_by", "decided_at", "remark", "replaced_by_id"},
        ),
        (
            APP_ROLE,
            "account",
            {"password_hash", "external_subject", "failed_attempts", "locked_until", "disabled_at"},
        ),
        (APP_ROLE, "api_token", {"token_sha256"}),
        (APP_ROLE, "pack_share", {"token_sha256"}),
        (ANONYMOUS_ROLE, "pack", {"job_id", "account_id"}),
        (ANONYMOUS_ROLE, "directory_entry", {"contacts", "changed_by", "changed_at"}),
        (
            ANONYMOUS_ROLE,
            "directory",
            {"created_by", "published_by", "withdrawn_by", "withdrawn_at", "reason"},
        ),
    ],
)
def test_columns_that_are_nobodys_business_are_closed(
    writing: Connection, role: str, table: str, columns: set[str]
) -> None:
    names = set(Base.metadata.tables[table].columns.keys())
    closed = {n for n in names if as_role(writing, role, f"SELECT {n} FROM {table} LIMIT 1") == DENIED}
    assert closed == columns


def callable_by(connection: Connection, role: str) -> set[str]:
    return set(
        connection.scalars(
            text(
                "SELECT proname FROM pg_proc WHERE pronamespace = 'atlas'::regnamespace"
                " AND has_function_privilege(:role, oid, 'EXECUTE')"
            ),
            {"role": role},
        )
    )


PLACES = {"representative_point", "county_at", "counties_of", "near_county_line", "funding_status"}
DERIVING = {"acting", "refresh_facets", "refresh_place_issues", "refresh_owner_units", "give_owners"}
DERIVING |= {"monday_order", "mark_edit", "refresh_schedule"}


def test_no_function_of_ours_is_open_to_everybody(writing: Connection) -> None:
    """Somebody who may hang an owner's trigger function on his own table runs it with the owner's rights."""
    assert callable_by(writing, "public") == set()
    known = {"anonymous_reads", "who_am_i", "edition_heirs", "milestone_codes", "is_practice"}
    assert callable_by(writing, ANONYMOUS_ROLE) == PLACES | known | {"my_former_unit"}
    assert callable_by(writing, DOOR_ROLE) == {"pack_share_open"}
    triggers = set(
        writing.scalars(
            text(
                "SELECT proname FROM pg_proc WHERE pronamespace = 'atlas'::regnamespace"
                " AND prorettype = 'trigger'::regtype"
            )
        )
    )
    assert triggers and not callable_by(writing, APP_ROLE) & (triggers | DERIVING)
    with writing.begin_nested() as step:
        writing.execute(text(f"SET LOCAL ROLE {APP_ROLE}"))
        writing.execute(text("CREATE TEMP TABLE trap (id text, deleted_at timestamptz)"))
        with pytest.raises(DBAPIError, match=r"permission denied for function .*free_slot"):
            writing.execute(
                text(
                    "CREATE TRIGGER spring BEFORE DELETE ON trap"
                    " FOR EACH ROW EXECUTE FUNCTION atlas.free_slot()"
                )
            )
        step.rollback()


def test_functions_with_the_owners_rights_look_into_our_schema_only(writing: Connection) -> None:
    """A table that somebody makes under a name of ours must never be taken for ours."""
    loose = writing.scalars(
        text(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'atlas'::regnamespace AND prosecdef"
            " AND NOT 'search_path=atlas, public, pg_temp' = ANY (coalesce(proconfig, '{}'))"
        )
    )
    assert list(loose) == []


def test_the_role_does_not_leak_through_the_pool(library_database: Database) -> None:
    url = library_database.owner.url.render_as_string(hide_password=False)
    database = Database(url)  # one address for both doors, as with DATABASE_URL
    try:
        with database.reading() as connection:
            assert connection.scalar(text("SELECT current_user")) == ANONYMOUS_ROLE
            backend = connection.scalar(text("SELECT pg_backend_pid()"))
        with database._app.connect() as raw:
            raw.execution_options(isolation_level="AUTOCOMMIT")
            assert raw.connection.dbapi_connection is not None
            with raw.connection.dbapi_connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_backend_pid(), current_user, current_setting('transaction_read_only'),"
                    " current_setting('statement_timeout')"
                )
                assert cursor.fetchone() == (backend, library_database.owner.url.username, "off", "0")
        with database.owning() as connection:
            assert connection.scalar(text("SELECT current_user")) == library_database.owner.url.username
    finally:
        database.dispose()


def test_reading_is_read_only_and_one_snapshot(library_database: Database) -> None:
    with library_database.reading() as connection:
        assert connection.scalar(text("SHOW transaction_read_only")) == "on"
        assert connection.scalar(text("SHOW transaction_isolation")) == "repeatable read"
    with pytest.raises(DBAPIError, match="read-only"), library_database.reading() as connection:
        connection.execute(text("CREATE TEMP TABLE x (y int); CREATE TABLE atlas.z (y int)"))


def test_a_question_that_takes_too_long_is_stopped_in_plain_words(library_database: Database) -> None:
    with (
        pytest.raises(StorageUnavailable, match="narrow the filter"),
        library_database.reading() as connection,
    ):
        assert connection.scalar(text("SHOW statement_timeout")) == "30s"
        connection.execute(text("SET LOCAL statement_timeout = '50ms'"))
        connection.execute(text("SELECT pg_sleep(5)"))


# ---- migrations ----


def tables(database: Database) -> int:
    with database.owner.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'atlas'")) or 0


def test_a_migration_that_fails_half_way_leaves_nothing(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = migrate.command.upgrade

    def broken(config: object, revision: str) -> None:
        real(config, "0001")  # type: ignore[arg-type]
        config.attributes["connection"].execute(text("SELECT 1 / 0"))  # type: ignore[attr-defined]

    monkeypatch.setattr(migrate.command, "upgrade", broken)
    with pytest.raises(StorageUnavailable, match=r"division by zero.*Nothing was changed"):
        migrate.upgrade(empty.owner)
    assert tables(empty) == 0
    with empty.owner.connect() as connection:
        assert connection.scalar(text("SELECT to_regnamespace('atlas')")) is None
    monkeypatch.undo()
    assert migrate.upgrade(empty.owner) == migrate.head()


def test_two_upgrades_at_once_are_one(empty: Database) -> None:
    found: list[object] = []

    def run() -> None:
        try:
            found.append(migrate.upgrade(empty.owner))
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            found.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [migrate.head()] * 3


def test_a_database_newer_than_the_program_is_left_alone(empty: Database) -> None:
    migrate.upgrade(empty.owner)
    with empty.owning() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageUnavailable, match="newer than this program"):
        migrate.upgrade(empty.owner)


def test_a_database_that_is_not_set_up_says_what_to_run(empty: Database) -> None:
    with pytest.raises(StorageUnavailable, match="python -m data init"):
        PostgisLibrary(empty).count(ProjectFilter())


@pytest.fixture
def plain_owner(cluster: Cluster, empty: Database) -> Iterator[str]:
    """A database whose owner may make schemas in it and nothing else, as an office's server gives."""
    admin = create_engine(cluster.superuser_url("schema_test"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("DROP ROLE IF EXISTS office"))
        connection.execute(text("CREATE ROLE office LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB"))
        connection.execute(text("ALTER DATABASE schema_test OWNER TO office"))
    yield str(connection.engine.url.render_as_string(hide_password=False))
    with admin.connect() as connection:
        connection.execute(text("DROP SCHEMA IF EXISTS atlas CASCADE"))
        connection.execute(text("ALTER DATABASE schema_test OWNER TO atlas_owner"))
        connection.execute(text("DROP OWNED BY office; DROP ROLE office"))
    admin.dispose()


def as_office(url: str) -> Database:
    """Connect as the administrator and act as the office: the private server lets no other user in."""
    database = Database(url)
    from sqlalchemy import event

    event.listen(
        database.owner, "connect", lambda dbapi, _: dbapi.execute("SET SESSION AUTHORIZATION office")
    )
    return database


ASK = r"ask the administrator to run .*GRANT atlas_app, atlas_anonymous, atlas_door TO office"


def test_an_owner_without_rights_over_roles_is_told_what_to_ask_for(plain_owner: str) -> None:
    database = as_office(plain_owner)
    with pytest.raises(StorageUnavailable, match=ASK):
        migrate.upgrade(database.owner)
    assert tables(database) == 0
    database.dispose()


def test_a_plain_owner_who_is_member_of_the_app_role_can_upgrade(plain_owner: str) -> None:
    admin = open_engine(plain_owner)
    with admin.begin() as connection:
        connection.execute(text("GRANT atlas_app, atlas_anonymous, atlas_door TO office"))
    admin.dispose()
    database = as_office(plain_owner)
    assert migrate.upgrade(database.owner) == migrate.head()
    with database.owning() as connection:
        assert connection.scalar(text("SELECT current_user")) == "office"
        connection.execute(text(f"SET LOCAL ROLE {ANONYMOUS_ROLE}"))
        assert connection.scalar(text("SELECT count(*) FROM project")) == 0
    database.dispose()
