"""The properties of things that OpenRefine may ask for: a thing in, its values out.

Knows the store but not Flask. The list is data: reconcile.toml.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from pyoxigraph import Literal, NamedNode

from service.engine.dataset import LANGUAGES
from service.search.candidates import ACT, BODY, CONCEPT, TYPES
from service.things.terms import Presenter

GROUPS = {"act": ACT, "body": BODY}
MOST_VALUES = 100
"""Values of one property of one thing in an answer."""


@dataclass(frozen=True)
class Property:
    """A property that may be asked for."""

    id: str
    iri: str
    names: Mapping[str, str]
    """Language -> name."""
    form: str = "text"
    """text, date, thing, or the language of a label."""
    of: str = ""
    """The class whose things have it; "" for all."""


@cache
def properties() -> Mapping[str, Property]:
    """Return the properties by their short ids, in the order of the list."""
    found = {}
    for row in _data()["property"]:
        names = {language: row[language] for language in LANGUAGES}
        of = GROUPS.get(row.get("of", ""), "")
        found[row["id"]] = Property(row["id"], row["iri"], names, row.get("form", "text"), of)
    return found


def service_name(language: str) -> str:
    """Return what the service is called."""
    return str(_data()["service"][language])


@cache
def _data() -> Any:
    text = files("service").joinpath("reconcile.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def property_of(asked: str) -> Property | None:
    """Return the property with this short id or IRI; None if there is none."""
    known = properties()
    if asked in known:
        return known[asked]
    return next((one for one in known.values() if one.iri == asked), None)


def of_type(kind: str) -> list[Property]:
    """Return the properties that things of a class have; all for "" or a class unknown here."""
    group = TYPES.get(kind) or kind
    if group not in (ACT, BODY, CONCEPT):
        return list(properties().values())
    return [one for one in properties().values() if one.of in ("", group)]


def values(show: Presenter, node: NamedNode, wanted: Property) -> list[dict[str, str]]:
    """Return the values of a property as OpenRefine takes them, at most `MOST_VALUES`."""
    return [
        value for value, _ in zip(_values(show, node, wanted), range(MOST_VALUES), strict=False)
    ]


def _values(show: Presenter, node: NamedNode, wanted: Property) -> Iterator[dict[str, str]]:
    found = show.dataset.values(node, NamedNode(wanted.iri))
    for value in show.in_order(list(found)):
        if isinstance(value, NamedNode):
            if wanted.form == "thing":
                yield {"id": value.value, "name": show.label(value).text}
            else:
                yield {"str": value.value}
        elif isinstance(value, Literal):
            if wanted.form == "date" and len(value.value) == 10:
                yield {"date": f"{value.value}T00:00:00Z"}
            elif wanted.form not in LANGUAGES or value.language == wanted.form:
                yield {"str": value.value}
