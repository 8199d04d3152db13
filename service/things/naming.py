"""Names of things in the language of a reader, made of what the graph says of them.

Labels are in Kazakh, and figures and runs have none. In: a thing and a language. Out: a name such
as `Уголовный кодекс, статья 162, часть 3` or `Запрет: Конституция, статья 12`, or any label where
nothing better can be made. Knows the store but not Flask.
"""

from collections.abc import Iterable

from pyoxigraph import NamedNode

from graph import vocab
from graph.iris import CODE
from graph.labels import unit_label
from service.engine.dataset import EXACT, LABELS, READING, STAND_INS, Dataset, Label, lexical
from service.prefixes import DCTERMS, ELI, RDF, SCHEMA
from service.things import wording
from service.things.kinds import kind_of
from service.things.wording import Words

TYPE = NamedNode(f"{RDF}type")
KIND = NamedNode(f"{DCTERMS}type")
NUMBER = NamedNode(f"{ELI}number")
IS_PART_OF = NamedNode(f"{ELI}is_part_of")
IS_ANNEX_OF = NamedNode(f"{ELI}is_annex_of")
SUBDIVISION = NamedNode(f"{ELI}type_subdivision")
DOCUMENT_TYPE = NamedNode(f"{ELI}type_document")
DATE = NamedNode(f"{ELI}date_document")
VALUE = NamedNode(f"{SCHEMA}value")
LEAST = NamedNode(f"{SCHEMA}minValue")
STATED_IN = NamedNode(vocab.statedIn)
ACTION = NamedNode(vocab.actionText)
CITING = NamedNode(vocab.citing)
CITED = NamedNode(vocab.cited)
LABELLED = "kk"
"""The language that almost all labels are in."""
MADE_OF = (TYPE, NUMBER, IS_PART_OF, SUBDIVISION)
"""Properties that most names are made of in a language without labels."""

DEEPEST = 12
"""Most provisions above one."""
REMEMBERED = 20_000
"""Names kept for a version of the data."""
FIRST_WORDS = 90
"""Most characters of a text that stands in for a name."""
NORM_CLASSES = (
    vocab.Obligation,
    vocab.Prohibition,
    vocab.Permission,
    vocab.Right,
    vocab.Competence,
)


class Names:
    """Names the things of a dataset in one language."""

    def __init__(self, dataset: Dataset, language: str, words: Words) -> None:
        """Name things of `dataset` in `language`, whose words are `words`."""
        self.dataset = dataset
        self.language = language
        self.words = words

    def __call__(self, node: NamedNode) -> Label:
        """Return the name of a thing: its label in the language, one made of facts, any label."""
        known = self.dataset.known_names.get((node, self.language))
        if known is None:
            known = self._find(node)
            if len(self.dataset.known_names) >= REMEMBERED:
                self.dataset.known_names.clear()
            self.dataset.known_names[node, self.language] = known
        return known

    def read_ahead(self, nodes: Iterable[NamedNode], *properties: NamedNode) -> None:
        """Read what the names of many things are made of, with some properties besides."""
        made_of = () if self.language == LABELLED else MADE_OF
        self.dataset.read_ahead(nodes, (*LABELS, *STAND_INS, *made_of, *properties))

    def _find(self, node: NamedNode) -> Label:
        label = self.dataset.label(node, self.language)
        if label.language == self.language or not node.value.startswith(self.dataset.base.id("")):
            return label
        made = self._make(node)
        return Label(made, self.language) if made else label

    def _make(self, node: NamedNode) -> str:
        classes = self.classes(node)
        kind = kind_of(classes)
        if kind == "provision":
            return ", ".join([self(self.work_of(node)).text, *self.steps(node)])
        if kind == "act":
            return self._act(node)
        if kind == "norm":
            return self._stated(node, self.class_name(classes))
        if kind == "penalty":
            name = self.code(node, vocab.penaltyKind)
            return self._stated(node, ", ".join(filter(None, [name, self.amount(node)])))
        if kind == "age":
            return self._pair(self.age(node), self.code(node, vocab.ageContext))
        if kind == "statistic":
            return self._pair(self.count(node), self.code(node, KIND.value))
        if kind == "measure":
            return self._stated(node, self.code(node, KIND.value))
        if kind == "citation":
            ends = [self.dataset.value(node, end) for end in (CITING, CITED)]
            return " → ".join(self(end).text for end in ends if isinstance(end, NamedNode))
        return self._other(node, classes)

    def _other(self, node: NamedNode, classes: set[str]) -> str:
        if vocab.Mention in classes:
            return f"«{short(lexical(self.dataset.value(node, READING)))}»"
        if vocab.Span in classes:
            return f"«{short(lexical(self.dataset.value(node, EXACT)))}»"
        if node.value.startswith(self.dataset.base.id("run/")):
            return f"{self.words['name_of_run']} ({node.value.rpartition('/')[2]})"
        return ""

    def _act(self, node: NamedNode) -> str:
        """The type, number and date of an act; "" if it has neither number nor date."""
        number = lexical(self.dataset.value(node, NUMBER))
        date = lexical(self.dataset.value(node, DATE))
        kind = self.code(node, DOCUMENT_TYPE.value)
        if not (number or date):
            annexed = self.dataset.value(node, IS_ANNEX_OF)
            return (
                f"{self(annexed).text}, {kind}" if kind and isinstance(annexed, NamedNode) else ""
            )
        if not kind:
            return ""
        key = "act" if number and date else "dated_act" if date else "numbered_act"
        date = wording.date(self.words, date)
        text = self.words[f"name_of_{key}"].format(type=kind, number=number, date=date)
        return text[0].upper() + text[1:]

    def _stated(self, node: NamedNode, what: str) -> str:
        """What a thing is, and the provision that states it, or else its first words."""
        where = self.place(node)
        if where is not None:
            return f"{what}: {self(where).text}"
        return self._pair(what, short(lexical(self.dataset.value(node, ACTION))))

    def _pair(self, what: str, context: str) -> str:
        return ": ".join(filter(None, [what, context]))

    def classes(self, node: NamedNode) -> set[str]:
        """Return the classes of a thing."""
        return {t.value for t in self.dataset.values(node, TYPE) if isinstance(t, NamedNode)}

    def class_name(self, classes: set[str]) -> str:
        """Return the name of the kind of a norm."""
        best = next((c for c in NORM_CLASSES if c in classes), vocab.Norm)
        return self.dataset.label(NamedNode(best), self.language).text

    def code(self, node: NamedNode, predicate: str) -> str:
        """Return the name of the code that a property has, or ""."""
        value = self.dataset.value(node, NamedNode(predicate))
        return self.dataset.label(value, self.language).text if isinstance(value, NamedNode) else ""

    def amount(self, node: NamedNode) -> str:
        """Return the bounds of a penalty in words."""
        unit = self.dataset.value(node, NamedNode(vocab.amountUnit))
        notation = (
            unit.value.removeprefix(f"{CODE}amountUnit/") if isinstance(unit, NamedNode) else ""
        )
        least, most = (self._text(node, p) for p in (vocab.minAmount, vocab.maxAmount))
        return wording.amount(self.words, self.language, least, most, notation)

    def age(self, node: NamedNode) -> str:
        """Return the bounds of an age in words."""
        properties = (vocab.minAge, vocab.minInclusive, vocab.maxAge, vocab.maxInclusive)
        least, least_in, most, most_in = (self._text(node, p) for p in properties)
        return wording.age(self.words, least, least_in != "false", most, most_in == "true")

    def count(self, node: NamedNode) -> str:
        """Return what a statistic counted."""
        return wording.count(
            self.words, self._text(node, VALUE.value), self._text(node, LEAST.value)
        )

    def _text(self, node: NamedNode, predicate: str) -> str:
        return lexical(self.dataset.value(node, NamedNode(predicate)))

    # Provisions.

    def above(self, node: NamedNode) -> NamedNode | None:
        """Return what a provision stands in most closely: the parent that is itself within others.

        An annex stands in the act that it belongs to.
        """
        parents = sorted(
            (p for p in self.dataset.values(node, IS_PART_OF) if isinstance(p, NamedNode)), key=str
        )
        for parent in parents if len(parents) > 1 else ():
            if any(other in self.dataset.values(parent, IS_PART_OF) for other in parents):
                return parent
        if parents:
            return parents[0]
        annexed = self.dataset.value(node, IS_ANNEX_OF)
        return annexed if isinstance(annexed, NamedNode) else None

    def place(self, node: NamedNode) -> NamedNode | None:
        """Return the provision that states a thing, or the document; None if nothing states it."""
        where = self.dataset.value(node, STATED_IN)
        return where if isinstance(where, NamedNode) else None

    def way(self, node: NamedNode) -> list[NamedNode]:
        """Return what a thing stands in, from the act down, without the thing itself."""
        found: list[NamedNode] = []
        above = self.above(node)
        while above is not None and above not in found and len(found) < DEEPEST:
            found.insert(0, above)
            above = self.above(above)
        return found

    def work_of(self, node: NamedNode) -> NamedNode:
        """Return the act or annex that a provision is in, or itself."""
        acts = [p for p in self.way(node) if not self.step(p)]
        return acts[-1] if acts else node

    def steps(self, node: NamedNode) -> list[str]:
        """Return the names of the provisions from an article or the like down to `node`.

        The chapter of an article is left out: articles are numbered through the act.
        """
        named = [s for s in (self.step(p) for p in [*self.way(node), node]) if s]
        eid = node.value.rpartition("/")[2]
        return named[-(eid.count("__") + 1) :]

    def step(self, node: NamedNode) -> str:
        """Return the name of a provision within that above it: `162-бап`, `статья 162`, or ""."""
        kind = self.dataset.value(node, SUBDIVISION)
        number = lexical(self.dataset.value(node, NUMBER))
        if not isinstance(kind, NamedNode):
            return ""
        if number == "intro":
            return self.words["introduction"]
        notation = kind.value.rpartition("/")[2]
        name = self.words.get(f"step_{notation}") or self.dataset.label(kind, self.language).text
        text = unit_label(notation, number) if self.language == "kk" else number
        return text if text != number else f"{name} {number}".strip()

    def short(self, node: NamedNode) -> Label:
        """Return the name of a thing for a reader who sees what it stands in."""
        step = self.step(node)
        if not step and self.dataset.value(node, IS_ANNEX_OF) is not None:
            step = self.code(node, DOCUMENT_TYPE.value)
        return Label(step, self.language) if step else self(node)


def short(text: str) -> str:
    """Return the first words of a text, at most `FIRST_WORDS` characters."""
    text = " ".join(text.split())
    if len(text) <= FIRST_WORDS:
        return text
    return text[:FIRST_WORDS].rsplit(" ", 1)[0].rstrip(",;:") + "…"
