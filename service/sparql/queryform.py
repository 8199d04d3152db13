"""The form of a named query: its parameters and what was given in, fields with choices out."""

from dataclasses import dataclass
from itertools import islice

from pyoxigraph import NamedNode

from graph.iris import CODE, ONTOLOGY
from graph.querying.queries import BadParameter, NamedQuery, Parameter, bind
from service.engine.dataset import Dataset
from service.prefixes import ELI, PREFIXES, RDF, SKOS
from service.things.terms import Presenter

TYPE = NamedNode(f"{RDF}type")
MOST_CHOICES = 60
"""Things that a list offers; where there are more, one types and gets suggestions."""
INPUTS = {"integer": "number", "date": "date"}
"""Type of a parameter -> type of its input, where that is not text."""


@dataclass(frozen=True)
class Choice:
    """One value that a field offers."""

    value: str
    label: str
    language: str


@dataclass(frozen=True)
class Field:
    """A parameter as a form shows it."""

    name: str
    label: str
    """What the value does, in the language of the page."""
    input: str
    """Type of the input: text, number or date."""
    value: str
    """What was given, else the default."""
    choices: tuple[Choice, ...]
    is_open: bool
    """Whether other values than the choices may be written: they are but suggestions."""
    error: str
    """Which message says what is wrong with the value: "bad_" and a type; "" for a good one."""
    is_optional: bool


def fields(named: NamedQuery, given: dict[str, str], show: Presenter) -> list[Field]:
    """Return the fields of a query; the language of labels is that of the page and no field."""
    return [field(named, param, given, show) for param in named.params if param.of != "lang"]


def field(named: NamedQuery, param: Parameter, given: dict[str, str], show: Presenter) -> Field:
    """Return one field, with the value that was given for it even if it is no good."""
    value = given.get(param.name, param.default or "")
    choices = tuple(choices_of(param, show))
    is_open = param.type == "iri" and len(choices) > MOST_CHOICES
    if choices and not is_open and value and all(choice.value != value for choice in choices):
        shown = show(value) if param.type == "iri" and is_good(named, param, value) else None
        label = (shown.text, shown.language) if shown else (value, "")
        choices = (Choice(value, *label), *choices)
    return Field(
        param.name,
        param.descriptions.get(show.language, param.description),
        INPUTS.get(param.type, "text"),
        value,
        choices[:MOST_CHOICES] if is_open else choices,
        is_open,
        "" if param.name not in given or is_good(named, param, value) else f"bad_{param.type}",
        param.default is None,
    )


def is_good(named: NamedQuery, param: Parameter, value: str) -> bool:
    """Tell whether a value is of the type of its parameter."""
    try:
        bind(named, {param.name: value})
    except BadParameter:
        return False
    return True


def choices_of(param: Parameter, show: Presenter) -> list[Choice]:
    """Return the likely values of a parameter by their names, one more than `MOST_CHOICES`."""
    if param.type == "code":
        return sorted(codes(param.of, show), key=lambda choice: choice.label)
    if param.type != "iri":
        return []
    iris = list(islice(likely(param.of, show.dataset), MOST_CHOICES + 1))
    found = [(iri, show(name_of(iri, show.dataset))) for iri in iris]
    choices = [Choice(iri, shown.text, shown.language) for iri, shown in found]
    return sorted(choices, key=lambda choice: (choice.label, choice.value))


def codes(scheme: str, show: Presenter) -> list[Choice]:
    """Return the items of a code list by their notations."""
    in_scheme = show.dataset.subjects(NamedNode(f"{SKOS}inScheme"), NamedNode(f"{CODE}{scheme}"))
    labels = [(node.value.rpartition("/")[2], show.label(node)) for node in in_scheme]
    return [Choice(notation, label.text, label.language) for notation, label in labels]


def likely(kind: str, dataset: Dataset) -> list[str]:
    """Return the IRIs of the things of a kind: a class, "report", "bearer" or "text"."""
    if kind == "text":
        return [
            name for name in dataset.graph_names() if name.startswith(dataset.base.graph("doc/"))
        ]
    if kind == "report":
        documents = dataset.subjects(
            NamedNode(f"{ELI}type_document"), NamedNode(f"{CODE}docType/report")
        )
        return [node.value for node in islice(documents, MOST_CHOICES + 1)]
    classes = [f"{ONTOLOGY}{kind}"]
    if kind == "bearer":
        classes = [f"{ONTOLOGY}PartyClass", f"{PREFIXES['org']}FormalOrganization"]
    return [
        node.value
        for name in classes
        for node in islice(dataset.subjects(TYPE, NamedNode(name)), MOST_CHOICES + 1)
    ]


def name_of(iri: str, dataset: Dataset) -> str:
    """Return the IRI whose name tells what `iri` is: of the graph of a text, the document."""
    doc = iri.removeprefix(dataset.base.graph("doc/"))
    record = dataset.store.records.document(doc) if doc != iri else None
    return record.work if record else iri


def told_once(columns: list[str]) -> list[str]:
    """Return the columns without those that name what another shows by its name: `actLabel`."""
    return [
        name for name in columns if "Label" not in name or name.replace("Label", "") not in columns
    ]
