"""What the tasks of analyses read of a job's arguments, which whoever is signed in can write as they like.

A page tells its reader what it could not use and takes the usual value; a job has no reader while it runs. It
refuses, so that its result is never the answer to another question.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from projects.errors import BadValue
from projects.filters import MAX_TEXT, ParamIssue, ProjectFilter, from_params

NAMED: Final = 5


def filter_of(arguments: Mapping[str, Any]) -> ProjectFilter:
    """Return the filter of a job; raises ``BadValue`` for one that could be used in part only."""
    chosen, issues = from_params(texts(arguments.get("filter")))
    refuse(issues)
    return chosen


def texts(given: object) -> dict[str, str]:
    """Return link parameters as texts; what is no mapping has none.

    >>> texts({"n": 3}), texts(["n"]), texts(None)
    ({'n': '3'}, {}, {})
    """
    return {str(k): str(v) for k, v in given.items()} if isinstance(given, Mapping) else {}


def refuse(issues: Sequence[ParamIssue]) -> None:
    """Raise ``BadValue`` with the parameters that could not be used, if any."""
    if issues:
        named = "；".join(f"{one.name}={one.value[:MAX_TEXT]}" for one in issues[:NAMED])
        raise BadValue(f"条件里有不能用的值（{named}），没有计算：请在页面上改正，再重新提交。")
