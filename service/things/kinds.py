"""The kinds of things as pages show them: classes in, the name of a kind out.

A kind has a colour (`.kind-NAME` in static/css/base.css) and a word (`kind_NAME` in
messages/kinds.toml), and stands for one or more classes: a reader tells a penalty from an age at a
glance.
"""

from collections.abc import Iterable

from graph import vocab
from graph.rdf import ORG
from service.prefixes import SCHEMA

KINDS = (
    "norm",
    "penalty",
    "age",
    "act",
    "provision",
    "body",
    "party",
    "place",
    "measure",
    "statistic",
    "citation",
)
"""In the order in which a reader may want them; what has none of these is of the kind "other"."""

KIND_OF = {
    vocab.Norm: "norm",
    vocab.Obligation: "norm",
    vocab.Prohibition: "norm",
    vocab.Permission: "norm",
    vocab.Right: "norm",
    vocab.Competence: "norm",
    vocab.Penalty: "penalty",
    vocab.AgeThreshold: "age",
    vocab.LegalDocument: "act",
    vocab.Treaty: "act",
    vocab.Law: "act",
    vocab.Provision: "provision",
    vocab.Article: "provision",
    vocab.ReportParagraph: "provision",
    vocab.Ministry: "body",
    f"{ORG}Organization": "body",
    f"{ORG}FormalOrganization": "body",
    vocab.PartyClass: "party",
    f"{SCHEMA}Place": "place",
    vocab.Measure: "measure",
    vocab.Statistic: "statistic",
    vocab.Citation: "citation",
}
"""Class -> kind."""

ROOT_OF = {
    "norm": vocab.Norm,
    "penalty": vocab.Penalty,
    "age": vocab.AgeThreshold,
    "act": vocab.LegalDocument,
    "provision": vocab.Provision,
    "body": f"{ORG}Organization",
    "party": vocab.PartyClass,
    "place": f"{SCHEMA}Place",
    "measure": vocab.Measure,
    "statistic": vocab.Statistic,
    "citation": vocab.Citation,
}
"""Kind -> the class that all things of the kind have."""

CLASSES_OF = {kind: tuple(c for c, k in KIND_OF.items() if k == kind) for kind in KINDS}
"""Kind -> its classes."""


def kind_of(classes: Iterable[str]) -> str:
    """Return the kind of a thing that has these classes."""
    found = {KIND_OF[name] for name in classes if name in KIND_OF}
    return next((kind for kind in KINDS if kind in found), "other")
