"""What points at a thing, in groups that make sense: a thing in, counted and paged groups out.

Knows the store but not Flask. The cost is bounded: of each property the first `MOST` statements
count, and a group says when there are more.
"""

from dataclasses import dataclass
from itertools import islice

from pyoxigraph import NamedNode

from graph import vocab
from graph.rdf import PROV
from service.documents.documents import natural_order
from service.engine.dataset import BODY, EVIDENCED_BY, Dataset
from service.prefixes import DCTERMS, ELI, OA, RDFS, SCHEMA, SKOS, abbreviate
from service.things.kinds import kind_of
from service.things.naming import CITING, NORM_CLASSES, TYPE
from service.things.quotes import Quotes
from service.things.terms import Presenter, Shown
from service.things.wording import Words

MOST = 300
"""Statements with one property that are counted."""
SCANNED = 2000
"""Statements that are looked through for properties that no list names."""
FIRST = 10
"""Things of each group on the page of a thing."""
PAGE = 50
"""Things on a page of one group."""

ORDER = (
    vocab.statedIn,
    vocab.bearer,
    vocab.cited,
    vocab.givesEffectTo,
    vocab.respondsTo,
    f"{ELI}amends",
    f"{ELI}is_annex_of",
    f"{ELI}passed_by",
    vocab.hasAgeThreshold,
    f"{SCHEMA}about",
    f"{SCHEMA}recipient",
    f"{SCHEMA}location",
    f"{PROV}wasAssociatedWith",
    f"{PROV}wasAttributedTo",
    vocab.addressee,
    vocab.ageContext,
    vocab.penaltyKind,
    vocab.penaltyRole,
    vocab.confiscation,
    vocab.amountUnit,
    vocab.responseStatus,
    f"{DCTERMS}type",
    f"{DCTERMS}isPartOf",
    f"{ELI}type_document",
    f"{ELI}type_subdivision",
    "http://www.w3.org/ns/org#classification",
    f"{SKOS}broader",
    f"{SKOS}inScheme",
    vocab.extractionRule,
    f"{PROV}wasGeneratedBy",
    f"{PROV}used",
    f"{OA}hasTarget",
    f"{ELI}embodies",
    f"{ELI}realizes",
)
"""Properties in the order in which a reader may want what they lead from."""

ELSEWHERE = {
    BODY.value,
    EVIDENCED_BY.value,
    f"{ELI}is_part_of",
    f"{ELI}has_part",
    f"{ELI}has_annex",
    f"{ELI}cites",
    vocab.citing,
    f"{SKOS}topConceptOf",
    f"{SKOS}hasTopConcept",
    f"{RDFS}isDefinedBy",
}
"""Properties that a page shows in another way: the evidence, the way, the contents, the facts."""

BEARER = NamedNode(vocab.bearer)
SPLIT = (vocab.statedIn, vocab.bearer, f"{SCHEMA}about")
"""Properties whose subjects are grouped by what they are."""


@dataclass(frozen=True)
class Item:
    """A thing that points at another."""

    shown: Shown
    kind: str
    """Its kind, "" if it has none."""
    words: str
    """The first words that carry the statement."""
    href: str
    """Where they stand; "" if there are none."""
    bearer: Shown | None = None
    """Who a norm is about."""


@dataclass(frozen=True)
class Group:
    """Things that point at another by one property, from `offset`."""

    key: str
    """Names the group in the address of its page: `kzop:bearer.Obligation`."""
    title: str
    total: int
    complete: bool
    """False if there are more than `total`."""
    items: tuple[Item, ...]
    offset: int = 0


class Relations:
    """Groups what points at things for one reader."""

    def __init__(self, show: Presenter, words: Words, quotes: Quotes) -> None:
        """Show things with `show`, name groups with `words`, quote with `quotes`."""
        self.show = show
        self.words = words
        self.quotes = quotes
        self.dataset: Dataset = show.dataset

    def groups(self, node: NamedNode, asked: str = "", offset: int = 0) -> list[Group]:
        """Return the groups with their first things, or only the one `asked` for from `offset`."""
        found = []
        for predicate in self._properties(node, asked.partition(".")[0]):
            subjects = list(islice(self.dataset.subjects(NamedNode(predicate), node), MOST + 1))
            complete = len(subjects) <= MOST
            if predicate in SPLIT or predicate == vocab.cited:
                self.dataset.read_ahead(subjects, (TYPE, CITING))
            for key, members in self._split(predicate, subjects[:MOST]):
                if asked and key != asked:
                    continue
                found.append(self._group(node, key, predicate, members, complete, offset, asked))
        return found

    def _properties(self, node: NamedNode, asked: str) -> list[str]:
        """The properties that point at a thing, in order."""
        pointing = f"{{ SELECT DISTINCT ?a {{ SELECT ?a {{ ?s ?a {node} }} LIMIT {SCANNED} }} }}"
        scanned = {predicate for predicate, _ in self.dataset.pairs(pointing)}
        others = sorted(scanned - set(ORDER) - ELSEWHERE)
        every = [*ORDER, *others]
        return [p for p in every if abbreviate(p) == asked] if asked else every

    def _split(
        self, predicate: str, subjects: list[NamedNode]
    ) -> list[tuple[str, list[NamedNode]]]:
        key = abbreviate(predicate)
        if predicate not in SPLIT:
            return [(key, subjects)] if subjects else []
        groups: dict[str, list[NamedNode]] = {}
        for subject in subjects:
            classes = self.show.names.classes(subject)
            best = next((c for c in NORM_CLASSES if c in classes), "")
            part = best.rpartition("#")[2] or kind_of(classes)
            groups.setdefault(f"{key}.{part}", []).append(subject)
        order = [c.rpartition("#")[2] for c in NORM_CLASSES]
        return sorted(
            groups.items(),
            key=lambda g: (
                (p := g[0].rpartition(".")[2])
                and (
                    order.index(p) if p in order else len(order),
                    p,
                )
            ),
        )

    def _group(
        self,
        node: NamedNode,
        key: str,
        predicate: str,
        members: list[NamedNode],
        complete: bool,
        offset: int,
        asked: str,
    ) -> Group:
        ordered = sorted(members, key=lambda one: natural_order(self._place(one, predicate)))
        start, length = (offset, PAGE) if asked else (0, FIRST)
        items = tuple(self.item(one, predicate) for one in ordered[start : start + length])
        return Group(key, self._title(key, predicate), len(ordered), complete, items, start)

    def _place(self, thing: NamedNode, predicate: str) -> NamedNode:
        """What a thing is put in order by: a citation by the place that cites."""
        citing = self.dataset.value(thing, CITING) if predicate == vocab.cited else None
        return citing if isinstance(citing, NamedNode) else thing

    def item(self, thing: NamedNode, predicate: str) -> Item:
        """Return a thing as a list shows it; a citation is shown as the place that cites."""
        classes = self.show.names.classes(thing)
        kind = kind_of(classes)
        shown = self.show(thing)
        if vocab.Mention in classes:
            words = self.quotes.of_mention(thing)
            return Item(shown, "", words.text, words.href)
        if predicate == vocab.cited:
            citing = self.dataset.value(thing, CITING)
            if isinstance(citing, NamedNode):
                shown = self.show(citing)
                kind = kind_of(self.show.names.classes(citing))
        derived = predicate == vocab.givesEffectTo
        words = self.quotes.derived(thing) if derived else self.quotes.words(thing)
        bearer = self.dataset.value(thing, BEARER) if kind == "norm" else None
        who = self.show(bearer) if bearer and predicate != vocab.bearer else None
        return Item(shown, "" if kind == "other" else kind, words.text, words.href, who)

    def _title(self, key: str, predicate: str) -> str:
        local = key.rpartition(":")[2]
        for name in (f"in_{local.replace('.', '_')}", f"in_{local.partition('.')[0]}"):
            if name in self.words:
                return self.words[name]
        return f"← {self.show(NamedNode(predicate)).text}"
