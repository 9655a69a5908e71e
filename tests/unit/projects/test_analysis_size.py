"""A nation's records are not read into an analysis: the reader is told to choose a prefecture."""

import pytest

from gis.errors import BadInput
from projects.analysis.size import MOST_RECORDS, check_size
from views.analysis.refusals.said import said


def test_more_records_than_are_read_at_a_time_are_refused_with_both_numbers() -> None:
    check_size(MOST_RECORDS)
    with pytest.raises(BadInput) as refused:
        check_size(600_000)
    assert refused.value.code == "too_many_records"
    told = said(refused.value, str)
    assert "600,000" in told and "30,000" in told and "先在左边选一个地市" in told
