"""The documents of the store as a list: filters in, the documents of one page out.

Knows the store but not Flask. The list is made once for each version of the data.
"""

from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, QuerySolutions

from graph import vocab
from graph.search.searchwords import key, stems_of, words_in
from graph.storage.records import DocumentRecord
from service.documents.documents import work_path
from service.engine.dataset import LABELS, TOGETHER, Dataset, lexical
from service.prefixes import DCTERMS, ELI

TITLE = NamedNode(f"{DCTERMS}title")
TYPE_DOCUMENT = NamedNode(f"{ELI}type_document")
NUMBER = NamedNode(f"{ELI}number")
DATE = NamedNode(f"{ELI}date_document")

NAMING = (TITLE, NUMBER, *LABELS)
"""Properties that name a work."""

LAST = "\U0010ffff"
"""Comes after every value."""
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


class Library:
    """The documents of a dataset, newest first, those without a date last."""

    def __init__(self, dataset: Dataset) -> None:
        """List the documents of `dataset`, which is not kept.

        Only what the order and the filters need is read, property by property: thousands of
        documents are a matter of milliseconds, and a page asks for what it shows.
        """
        records = dataset.store.documents()
        works = {record.work for record in records}
        self._texts = Counter(record.work for record in records)
        self._dates = first_values(dataset, DATE, works)
        self._types = first_values(dataset, TYPE_DOCUMENT, works)
        records.sort(key=lambda record: (work_path(dataset, record.work), record.sha256))
        self.documents = sorted(
            records, key=lambda one: self._dates.get(one.work, ""), reverse=True
        )
        """All documents."""
        self.types = [NamedNode(iri) for iri in sorted(set(self._types.values()))]
        """The types of documents that there are, sorted by IRI."""
        self.years = sorted({date[:4] for date in self._dates.values()}, reverse=True)
        """The years that there are, newest first."""
        self._names: dict[str, str] = {}
        """Work -> the folded words of all its names; empty until somebody asks for words."""
        self._counts: dict[str, dict[str, int]] = {}

    def find(self, dataset: Dataset, words: str, kind: str, year: str) -> list[DocumentRecord]:
        """Return the documents whose names have all words, in any form, of a type and a year.

        `kind` is the IRI of the type; what is "" does not matter.
        """
        starts = [f" {min(stems_of(word.folded), key=len)}" for word in words_in(words)]
        if starts and not self._names:
            self._read_names(dataset)
        return [
            one
            for one in self.documents
            if (not kind or self._types.get(one.work) == kind)
            and (not year or self._dates.get(one.work, "")[:4] == year)
            and all(start in self._names[one.work] for start in starts)
        ]

    def _read_names(self, dataset: Dataset) -> None:
        """Fold the words of all names of each work, with a space before each word."""
        works = [NamedNode(work) for work in self._texts]
        names = {}
        for start in range(0, len(works), TOGETHER):
            some = works[start : start + TOGETHER]
            dataset.read_ahead(some, NAMING)
            for work in some:
                labels = {lexical(term) for name in LABELS for term in dataset.values(work, name)}
                told = [lexical(dataset.value(work, name)) for name in (TITLE, NUMBER)]
                told += [self._dates.get(work.value, ""), *sorted(labels)]
                names[work.value] = f" {key(' '.join(told))}"
        self._names = names

    def listed(self, dataset: Dataset, record: DocumentRecord) -> Listed:
        """Return what the list shows of a document."""
        work = NamedNode(record.work)
        path = f"/documents/{work_path(dataset, record.work)}"
        if self._texts[record.work] > 1:
            path += f"?text={record.sha256[:12]}"
        title, number = (lexical(dataset.value(work, name)) for name in (TITLE, NUMBER))
        kind = self._types.get(record.work)
        date = self._dates.get(record.work, "")
        return Listed(record, path, title, NamedNode(kind) if kind else None, number, date)

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


def first_values(dataset: Dataset, predicate: NamedNode, works: Container[str]) -> dict[str, str]:
    """Return the value of a property of each of the works that have it, of several the first."""
    found: dict[str, str] = {}
    for subject, value in dataset.rows(f"?a {predicate} ?b"):
        if isinstance(subject, NamedNode) and isinstance(value, NamedNode | Literal):
            name = subject.value
            if name in works and value.value < found.get(name, LAST):
                found[name] = value.value
    return found
