"""The named queries: `queries/<name>.rq` in, `NamedQuery` out, and parameters bound as RDF terms.

A file is plain SPARQL under a YAML header of `#+` lines, and runs unchanged in any endpoint:

    #+ summary: From what age are citizens conscripted?
    #+ titles: {kk: ..., ru: ...}
    #+ description: ...
    #+ descriptions: {kk: ..., ru: ...}
    #+ params:
    #+   law: {type: iri, description: only this law, descriptions: {kk: ..., ru: ...}, of: Law}
    #+ evidence: [{of: age, provision: where}]
    #+ tags: [ages, ngo-monitor]

Each parameter is one line of the query: `VALUES ?law { UNDEF }`, or with a default
`VALUES ?limit { 18 }`.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from graph.files import data_folder
from graph.iris import DEFAULT_BASE, Base
from graph.querying.values import values_lines, with_values

TYPES = ("iri", "string", "integer", "date", "code")
"""What a parameter can be; `code` is the notation of a code list, such as `life-imprisonment`."""

_XSD = "http://www.w3.org/2001/XMLSchema#"
_INTEGERS = range(-(2**63), 2**63)
"""The engine compares no larger ones."""


class UnknownQuery(LookupError):
    """No query has this name."""


class BadParameter(ValueError):
    """A parameter that the query does not have, or a value that is not of its type."""


class BadQueryFile(ValueError):
    """A file of the queries folder that does not keep to the form."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a named query."""

    name: str
    """Name of the SPARQL variable, without `?`."""
    type: str
    """One of `TYPES`."""
    descriptions: Mapping[str, str]
    """What the value does, by language: "en", "kk" and "ru"."""
    default: str | None
    """The value that the query file holds, as a caller would write it; None if optional."""
    of: str = ""
    """What an `iri` is likely to be: a class of the ontology, such as "Law", or "text" for the
    content graph of a text. Of a `code`: the code list, or "lang" for a language."""

    @property
    def description(self) -> str:
        """What the value does, in English."""
        return self.descriptions["en"]


class Resting(NamedTuple):
    """What the rows of a query rest on, by names of its variables (see queryevidence.py)."""

    of: str
    """The thing whose mentions are the evidence."""
    provision: str | None = None
    """The provision that states it."""
    by: str = "statedIn"
    """The property that leads to it: statedIn, or citing of a citation."""
    mention: str | None = None
    """The only mention that counts."""
    span: str | None = None
    """The only piece of text that counts."""

    @property
    def variables(self) -> list[str]:
        """The variables that it names."""
        named = (self.of, self.provision, self.mention, self.span)
        return [name for name in named if name]


@dataclass(frozen=True)
class NamedQuery:
    """One query of the catalogue."""

    name: str
    summary: str
    """The question in one English sentence."""
    titles: Mapping[str, str]
    """The question by language: "en" (the summary), "kk" and "ru"."""
    descriptions: Mapping[str, str]
    """What a row is and what the columns hold, by language: "en", "kk" and "ru"."""
    params: tuple[Parameter, ...]
    text: str
    """The whole file: SPARQL that runs as it stands, with every default in place."""
    tags: tuple[str, ...]
    """Subjects, and who asks: committee-member, data-curator, legal-researcher or ngo-monitor."""
    evidence: tuple[Resting, ...] = ()
    """What the rows rest on; the mentions of the first are there for every row."""

    @property
    def description(self) -> str:
        """What a row is and what the columns hold, in English."""
        return self.descriptions["en"]


def catalogue(base: Base | None = None) -> dict[str, NamedQuery]:
    """Read every named query, by name in alphabetical order.

    `base` is where the IRIs of the data stand (default: `KZOP_BASE_IRI`). Raises `BadQueryFile`.
    """
    base = base or Base.from_environment()
    return {name: _read(path, base) for name, path in _files().items()}


def load(name: str, base: Base | None = None) -> NamedQuery:
    """Read one named query. Raises `UnknownQuery` or `BadQueryFile`."""
    files = _files()
    if name not in files:
        near = difflib.get_close_matches(name, files, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else f"the names are {', '.join(files)}"
        raise UnknownQuery(f"no query is named {_quoted(name)}: {hint}")
    return _read(files[name], base or Base.from_environment())


def bind(query: NamedQuery, values: Mapping[str, str]) -> str:
    """Return the text of `query` with `values` in place of the defaults, by parameter name.

    Every value becomes an RDF term of the type of its parameter before it is written into the text,
    so no value can change the query. Raises `BadParameter`.
    """
    params = {param.name: param for param in query.params}
    for name in values:
        if name not in params:
            known = f"its parameters are {', '.join(params)}" if params else "it has none"
            raise BadParameter(f"query {query.name} has no parameter {_quoted(name)}: {known}")
    terms = {name: _term(query, params[name], value) for name, value in values.items()}
    return with_values(query.text, terms)


def _term(query: NamedQuery, param: Parameter, value: str) -> str:
    """Return the N-Triples form of `value`, which never holds a line feed."""
    # Imported here, and YAML in `_header`: a command that binds nothing does not wait for them.
    from pyoxigraph import Literal, NamedNode

    def refuse(wanted: str) -> BadParameter:
        return BadParameter(
            f"query {query.name}: parameter {param.name} is {_quoted(value)}, but must be {wanted}"
        )

    match param.type:
        case "iri":
            try:
                return str(NamedNode(value))
            except ValueError:
                raise refuse("an absolute IRI, for example " + DEFAULT_BASE) from None
        case "integer":
            if not re.fullmatch(r"[+-]?[0-9]{1,19}", value) or int(value) not in _INTEGERS:
                raise refuse("a whole number of at most 64 bits, for example 18")
            return str(Literal(str(int(value)), datatype=NamedNode(_XSD + "integer")))
        case "date":
            if not _is_date(value):
                raise refuse("a date, for example 2005-10-15")
            return str(Literal(value, datatype=NamedNode(_XSD + "date")))
        case "code":
            if not re.fullmatch(r"[A-Za-z0-9-]+", value):
                raise refuse("a code of letters, digits and hyphens, for example life-imprisonment")
            return str(Literal(value))
        case _:
            try:
                return str(Literal(value))
            except ValueError:
                raise refuse("text that UTF-8 can hold") from None


def _is_date(value: str) -> bool:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _quoted(value: str) -> str:
    return repr(value if len(value) <= 60 else value[:59] + "…")


def _files() -> dict[str, Path]:
    return {path.stem: path for path in sorted(data_folder("queries").glob("*.rq"))}


# The files change with the installation only, and 25 YAML headers take 60 ms.
@cache
def _read(path: Path, base: Base) -> NamedQuery:
    text = path.read_text(encoding="utf-8").replace(DEFAULT_BASE + "id/", base.id(""))
    header = _header(path, text)
    try:
        query = NamedQuery(
            name=path.stem,
            summary=header["summary"],
            titles={"en": header["summary"], **header["titles"]},
            descriptions=_descriptions(header),
            params=tuple(_parameter(path, *item) for item in header.get("params", {}).items()),
            text=text,
            tags=tuple(header["tags"]),
            evidence=tuple(Resting(**entry) for entry in header["evidence"]),
        )
    except KeyError as missing:
        raise BadQueryFile(f"{path.name}: the header has no {missing}; add it") from None
    lines = [variable for variable, _ in values_lines(text)]
    if sorted(lines) != sorted(param.name for param in query.params):
        raise BadQueryFile(
            f"{path.name}: the header declares {[param.name for param in query.params]}, but the "
            f"lines 'VALUES ?name {{ ... }}' bind {lines}; give each one such line"
        )
    return query


def _header(path: Path, text: str) -> dict[str, Any]:
    import yaml

    lines = [line[2:].removeprefix(" ") for line in text.split("\n") if line.startswith("#+")]
    try:
        header = yaml.safe_load("\n".join(lines))
    except yaml.YAMLError as error:
        problem = " ".join(str(error).split())
        raise BadQueryFile(f"{path.name}: the '#+' header is not YAML: {problem}") from None
    if not isinstance(header, dict):
        raise BadQueryFile(f"{path.name}: the '#+' header is no mapping; write '#+ summary: ...'")
    return header


def _parameter(path: Path, name: str, declared: dict[str, Any]) -> Parameter:
    default = declared.get("default")
    if declared["type"] not in TYPES:
        raise BadQueryFile(
            f"{path.name}: parameter {name} has type {declared['type']!r}; write one of {TYPES}"
        )
    if not isinstance(default, str | None):
        raise BadQueryFile(
            f"{path.name}: parameter {name} has default {default!r}; quote it as text"
        )
    return Parameter(
        name, declared["type"], _descriptions(declared), default, declared.get("of", "")
    )


def _descriptions(declared: dict[str, Any]) -> dict[str, str]:
    """Return the `description` and `descriptions` of a query or a parameter, by language."""
    texts = {"en": declared["description"], **declared["descriptions"]}
    return {language: text.strip() for language, text in texts.items()}
