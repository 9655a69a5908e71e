"""Counting what goes into a file while it is written, so that its counts are those of its own rows."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from data.exports.source import ExportSource
from projects.counts import PrecisionCount
from projects.errors import UnknownRecord
from projects.summary import Summary


@dataclass(slots=True)
class Tally:
    """How many records passed, by precision and by source documents, with one example of each."""

    precisions: Counter[int] = field(default_factory=Counter)
    documents: Counter[tuple[str, ...]] = field(default_factory=Counter)
    examples: dict[tuple[str, ...], str] = field(default_factory=dict)

    def watch(self, records: Iterable[Summary]) -> Iterator[Summary]:
        """Yield the records unchanged and count them."""
        for record in records:
            self.add(record)
            yield record

    def add(self, record: Summary) -> None:
        """Count one record."""
        self.precisions[record.precision] += 1
        self.documents[record.documents] += 1
        if record.documents not in self.examples:
            self.examples[record.documents] = record.id

    @property
    def count(self) -> PrecisionCount:
        """The records that passed, divided as everywhere."""
        return PrecisionCount.of(self.precisions)

    def by_document(self) -> dict[str, int]:
        """Return records by document number; a record of two documents counts in both."""
        found: Counter[str] = Counter()
        for documents, n in self.documents.items():
            found.update(dict.fromkeys(documents, n))
        return dict(sorted(found.items()))

    def sources(self, library: ExportSource) -> list[dict[str, Any]]:
        """Return the documents behind the records: number, title, year and how many records each names."""
        titles = self._titles(library)
        return [
            {
                "document": name,
                "title": titles.get(name, (name, None))[0],
                "as_of_year": titles.get(name, (name, None))[1],
                "records": n,
            }
            for name, n in self.by_document().items()
        ]

    def _titles(self, library: ExportSource) -> dict[str, tuple[str, int | None]]:
        """Read titles from the task links of one record per combination of documents."""
        titles: dict[str, tuple[str, int | None]] = {}
        for documents, project_id in self.examples.items():
            if not set(documents) <= titles.keys():
                titles |= _titles_of(library, project_id)
        return titles


def counts(count: PrecisionCount) -> dict[str, int]:
    """Return counts under their published names; ``matched`` is the sum of the others."""
    return {
        "matched": count.matched,
        "points": count.points,
        "township": count.township,
        "county": count.county,
        "region": count.region,
        "unlocated": count.unlocated,
    }


def _titles_of(library: ExportSource, project_id: str) -> dict[str, tuple[str, int | None]]:
    try:
        links = library.record(project_id).links
    except UnknownRecord:
        return {}  # deleted since it was streamed: its documents keep their numbers, without titles
    return {link.number or link.document: (link.document, link.as_of_year) for link in links}
