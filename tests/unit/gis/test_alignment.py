"""Values are brought into the order of ids, or refused: nothing is filled in."""

import pytest

from gis.alignment import align
from gis.errors import BadInput


@pytest.mark.parametrize(
    ("ids", "code"),
    [(["a", "b", "z"], "ids_missing"), (["a", "c"], "ids_missing"), (["a", "a"], "ids_twice")],
)
def test_weights_with_missing_or_repeated_ids_are_refused(ids: list[str], code: str) -> None:
    with pytest.raises(BadInput) as refused:
        align(ids, {"a": 1.0, "b": 2.0, "c": None})
    assert refused.value.code == code
