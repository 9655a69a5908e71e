"""Issues found in data: bad data is data, kept and shown, never an exception.

The vocabulary is the project's own (see the standards); a row may carry several issues.
"""

from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """How much an issue matters."""

    INFO = "info"
    NOTICE = "notice"
    WARNING = "warning"
    ERROR = "error"


class IssueCode(StrEnum):
    """What is wrong with a value."""

    MISSING_VALUE = "missing_value"
    NOT_IN_LIST = "not_in_list"
    INVALID_NUMBER = "invalid_number"
    INVALID_DATE = "invalid_date"
    AMBIGUOUS_DATE = "ambiguous_date"
    PARTIAL_DATE = "partial_date"
    """A year or a month without its day."""
    DATE_ORDER = "date_order"
    OUT_OF_RANGE = "out_of_range"
    UNIT_SUSPECT = "unit_suspect"
    DUPLICATE_IN_FILE = "duplicate_in_file"
    DUPLICATE_IN_LIBRARY = "duplicate_in_library"
    UNKNOWN_HEADING = "unknown_heading"
    COORDINATES_SWAPPED = "coordinates_swapped"
    COORDINATES_ZERO = "coordinates_zero"
    COORDINATES_OUTSIDE_COUNTRY = "coordinates_outside_country"
    COORDINATES_OUTSIDE_COUNTY = "coordinates_outside_county"
    NEAR_COUNTY_LINE = "near_county_line"
    CRS_SUSPECT = "crs_suspect"
    UNKNOWN_COUNTY = "unknown_county"
    NOT_YOUR_COUNTY = "not_your_county"
    FORMULA_CELL = "formula_cell"
    TEXT_TOO_LONG = "text_too_long"
    CODE_REGION_MISMATCH = "code_region_mismatch"
    TOWNSHIP_WITHOUT_POINT = "township_without_point"
    UNKNOWN_VALUE = "unknown_value"
    """Somebody wrote that it is not known (待定, /)."""
    ZERO_VALUE = "zero_value"
    """An amount of 0, taken as none; "not known" may be meant."""
    APPROXIMATE = "approximate"
    DATUM_UNKNOWN = "datum_unknown"
    HIDDEN_CONTENT = "hidden_content"
    MERGED_CELLS = "merged_cells"
    NOT_A_PROJECT = "not_a_project"
    """A row of totals, a section title, a note or a repeated heading."""
    ORPHANED_LINE = "orphaned_line"
    NOT_READ = "not_read"
    ACTIVE_CONTENT = "active_content"
    """Macros or links to other files."""
    UNKNOWN_RECORD = "unknown_record"
    CHANGED_MEANWHILE = "changed_meanwhile"
    UNIT_RENAMED = "unit_renamed"
    """A unit under a name from before it was renamed or merged."""


class Issue(NamedTuple):
    """One finding about one field of one record.

    What, how bad, the value quoted, what was done, what to do.
    """

    code: IssueCode
    severity: Severity
    field: str
    value: str
    action: str
    remedy: str
