"""The documents of the store as a list: filters in, the documents of one page out.

Knows the store but not Flask. The list is made once for each version of the data.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode, QuerySolutions

from graph import vocab
from graph.records import DocumentRecord
from graph.searchwords import key, stems_of, words_in
from service.dataset import LABELS, Dataset, lexical
from service.documents import work_path
from service.prefixes import DCTERMS, ELI

TITLE = NamedNode(f"{DCTERMS}title")
TYPE_DOCUMENT = NamedNode(f"{ELI}type_document")
NUMBER = NamedNode(f"{ELI}number")
DATE = NamedNode(f"{ELI}date_document")

COUNTED = {"norms": vocab.Norm, "penalties": vocab.Penalty, "citations": vocab.Citation}
"""What is counted in a document -> its class."""


@dataclass(frozen=True)
class Listed:
    """One document in the list."""

    record: DocumentRecord
    path: str
    """Of its page."""
    title: str
    """"" if its work has none."""
    type: NamedNode | None
    number: str
    date: str
    words: str
    """Folded words of all its names, each with a space before it."""

    @property
    def year(self) -> str:
        """The year of its date, "" without one."""
        return self.date[:4]


class Library:
    """The documents of a dataset, newest first, those without a date last."""

    def __init__(self, dataset: Dataset) -> None:
        """List the documents of `dataset`, which is not kept."""
        records = dataset.store.documents()
        texts = Counter(record.work for record in records)
        found = [listed(dataset, record, again=texts[record.work] > 1) for record in records]
        found.sort(key=lambda one: one.path)
        self.documents = sorted(found, key=lambda one: one.date, reverse=True)
        """All documents."""
        self.types = sorted({one.type for one in found if one.type}, key=str)
        """The types of documents that there are, sorted by IRI."""
        self.years = sorted({one.year for one in found if one.year}, reverse=True)
        """The years that there are, newest first."""
        self._counts: dict[str, dict[str, int]] = {}

    def find(self, words: str, kind: str, year: str) -> list[Listed]:
        """Return the documents whose names have all words, in any form, of a type and a year.

        `kind` is the IRI of the type; what is "" does not matter.
        """
        starts = [f" {min(stems_of(word.folded), key=len)}" for word in words_in(words)]
        return [
            one
            for one in self.documents
            if (not kind or (one.type is not None and one.type.value == kind))
            and (not year or one.year == year)
            and all(start in one.words for start in starts)
        ]

    def counts(self, dataset: Dataset, documents: Iterable[Listed]) -> dict[str, dict[str, int]]:
        """Return for each document, by its name, how many things of each kind it states."""
        for one in documents:
            doc = one.record.doc
            if doc not in self._counts:
                graph = dataset.base.graph(f"doc/{doc}")
                self._counts[doc] = {
                    name: count(dataset, f"GRAPH <{graph}> {{ ?x a <{kind}> }}")
                    for name, kind in COUNTED.items()
                }
        return self._counts


def count(dataset: Dataset, pattern: str) -> int:
    """Return how often a pattern is found."""
    found = dataset.quads.query(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}")
    assert isinstance(found, QuerySolutions)
    return int(lexical(next(found)["n"]))


def listed(dataset: Dataset, record: DocumentRecord, *, again: bool) -> Listed:
    """Return the entry of a document; `again` says that its work has other texts too."""
    work = NamedNode(record.work)
    kinds = (term for term in dataset.values(work, TYPE_DOCUMENT))
    kind = min((term for term in kinds if isinstance(term, NamedNode)), key=str, default=None)
    title, number, date = (lexical(dataset.value(work, name)) for name in (TITLE, NUMBER, DATE))
    labels = (lexical(term) for name in LABELS for term in dataset.values(work, name))
    names = " ".join([title, number, date, *sorted(set(labels))])
    path = f"/documents/{work_path(dataset, record.work)}"
    if again:
        path += f"?text={record.sha256[:12]}"
    return Listed(record, path, title, kind, number, date, f" {key(names)}")
