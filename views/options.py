"""The choices of the filter widgets: read once per library version and filter, shared by all sessions.

A page has nineteen widgets and is drawn again at every click; most of the answers are those of the last run.
What a filter leaves open is counted in one scan of the records, what it restricts in one scan each: the
choices of a field are counted without its own choice.
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from typing import Final

from data.wiring import PostgisLibrary
from projects.filters import FIELDS, ProjectFilter
from projects.ports import Option

CHILD_OF: Final = {
    "prefecture": ("province",),
    "county": ("prefecture", "province"),
    "township": ("county", "prefecture", "province"),
    "zone": ("prefecture", "province"),
    "task": ("document",),
}
"""Field → the fields above it, nearest first: what is chosen there narrows the choices below."""


BELOW: Final = {
    "province": ("prefecture", "county", "township", "zone"),
    "prefecture": ("county", "township", "zone"),
    "county": ("township",),
    "document": ("task",),
}
"""Field → the fields below it, which do not narrow its choices: the reader can always move to a neighbour."""


LISTED: Final = tuple(name for name in FIELDS if name not in ("ids", "q"))
"""The fields that are chosen from a list."""

SELDOM: Final = frozenset(("document", "task", "lead", "support", "duty", "owner", "keylist"))
"""Fields that most readers never open: they are counted together, apart from the others."""


ALONE: Final = frozenset(("township",))
"""Fields with thousands of choices that are offered below a chosen area only: counted when they are."""


class Choices:
    """Choices of one library, with their counts under a filter."""

    def __init__(self, library: PostgisLibrary) -> None:
        self._library = library
        self._asked = lru_cache(maxsize=2048)(self._ask)
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="choices")

    def ahead(self, version: str, chosen: ProjectFilter, fields: Iterable[str]) -> None:
        """Begin to count the choices of fields under a filter, while the page asks something else."""
        for field in fields:
            self._asked(*_question(version, field, chosen))

    def of(self, version: str, field: str, chosen: ProjectFilter) -> tuple[Option, ...]:
        """Return the choices of a field under the rest of the filter, below what is chosen further up."""
        found = self._found(version, field, chosen)
        if not any(getattr(chosen, upper) for upper in CHILD_OF.get(field, ())):
            return found
        parents = self.parents(version)
        return tuple(o for o in found if fits(chosen, field, o.value, parents))

    def parents(self, version: str) -> Mapping[str, Mapping[str, str]]:
        """Return, per field with a parent, value → value of the next field above."""
        return {
            field: {o.value: o.parent for o in self._found(version, field, ProjectFilter())}
            for field in CHILD_OF
        }

    def pruned(self, version: str, chosen: ProjectFilter) -> ProjectFilter:
        """Return the filter without the lower areas and tasks that lie outside the chosen upper ones."""
        parents = self.parents(version)
        for field in CHILD_OF:
            kept = tuple(v for v in getattr(chosen, field) if fits(chosen, field, v, parents))
            chosen = chosen.with_(**{field: kept})
        return chosen

    def _found(self, version: str, field: str, chosen: ProjectFilter) -> tuple[Option, ...]:
        question = _question(version, field, chosen)
        try:
            return self._asked(*question).result()[field]
        except Exception:
            self._asked.cache_clear()  # what failed is asked again by the next run
            raise

    def _ask(
        self, version: str, fields: tuple[str, ...], chosen: ProjectFilter
    ) -> Future[Mapping[str, tuple[Option, ...]]]:
        del version
        return self._threads.submit(self._library.choices, fields, chosen)


def _question(version: str, field: str, chosen: ProjectFilter) -> tuple[str, tuple[str, ...], ProjectFilter]:
    """Return the scan that counts the choices of a field: one for all that the filter leaves open."""
    freed = freed_of(field, chosen)
    alone = freed != chosen or field in ALONE
    return version, (field,) if alone else open_fields(chosen, seldom=field in SELDOM), freed


def freed_of(field: str, chosen: ProjectFilter) -> ProjectFilter:
    """Return the filter under which the choices of a field are counted: without its own and those below."""
    return chosen.with_(**dict.fromkeys((field, *BELOW.get(field, ())), ()))


def open_fields(chosen: ProjectFilter, *, seldom: bool) -> tuple[str, ...]:
    """Return the seldom or the other fields that a filter leaves open, with all below them.

    Their choices are counted alike, in one scan.
    """
    return tuple(
        field
        for field in LISTED
        if (field in SELDOM) is seldom
        and field not in ALONE
        and not any(getattr(chosen, name) for name in (field, *BELOW.get(field, ())))
    )


def fits(chosen: ProjectFilter, field: str, value: str, parents: Mapping[str, Mapping[str, str]]) -> bool:
    """Tell whether a value lies below what is chosen further up; an unknown parent is no objection."""
    at, found = field, value
    for upper in CHILD_OF.get(field, ()):
        found = parents.get(at, {}).get(found, "")
        wanted = getattr(chosen, upper)
        if found and wanted and found not in wanted:
            return False
        at = upper
    return True
