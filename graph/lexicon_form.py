"""The form of the lexicon files: the fields of an entry, their order, and the layout of a file.

In: the rows of one TOML file. Out: what is wrong with their form, and the file as it ought to be.
"""

import datetime
import json
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from graph.vocab import CODES

Row = Mapping[str, Any]
"""One entry as TOML gives it."""

TABLES = {
    "bodies": "body",
    "codes": "code",
    "countries": "country",
    "laws": "law",
    "measures": "measure",
    "parties": "party",
    "places": "place",
    "treaties": "treaty",
}
"""Name of the tables in each file."""

_EVERY = tuple(TABLES)
FIELDS: dict[str, tuple[type, tuple[str, ...]]] = {
    "id": (str, _EVERY),
    "kk": (str, _EVERY),
    "names": (list, _EVERY),
    "titles": (list, ("codes",)),
    "short": (list, ("bodies", "codes")),
    "ru": (str, _EVERY),
    "en": (str, _EVERY),
    "type": (str, ("bodies", "laws")),
    "number": (str, ("codes", "laws", "treaties")),
    "date": (datetime.date, ("codes", "laws", "treaties")),
    "adilet": (str, ("codes", "laws")),
    "un": (str, ("treaties",)),
    "valid_from": (datetime.date, ("bodies", "codes", "laws")),
    "valid_to": (datetime.date, ("bodies", "codes", "laws")),
    "predecessor": (list, ("bodies",)),
    "parts": (bool, ("codes",)),
    "continues": (str, ("codes",)),
    "first_article": (str, ("codes",)),
    "generic": (bool, ("bodies",)),
    "case_sensitive": (bool, ("bodies",)),
    "heads": (list, ("measures",)),
    "near": (list, ("measures",)),
    "each": (bool, ("measures",)),
    "nouns": (list, ("measures",)),
    "verbs": (list, ("measures",)),
    "list_before": (bool, ("measures",)),
    "with_body": (list, ("measures",)),
    "topics": (list, ("measures",)),
    "source": (str, _EVERY),
    "examples": (list, _EVERY),
    "not_examples": (list, _EVERY),
}
"""The type of every field and the files that have it, in canonical order."""

_WANTED = {
    str: "a text in quotes",
    list: 'a list of texts, ["...", "..."]',
    bool: "true or false",
    datetime.date: "a date without quotes, 2001-01-30",
}
_REQUIRED = {
    "id": 'id = "latin-letters-digits-and-hyphens"',
    "kk": 'kk = "the dictionary form"',
    "source": 'source = "where the facts were seen", or "general knowledge"',
    "examples": 'examples = ["a phrase in which the entry must be found"]',
}
_TYPES = {"bodies": tuple(CODES["bodyType"]), "laws": ("law", "decree-force-of-law")}
_CYRILLIC_FIELDS = ("kk", "names", "titles", "short", "ru", "examples", "not_examples")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LATIN_WORD = re.compile(r"[^\W\d_]*[A-Za-z\u00c0-\u02af][^\W\d_]*")
_ROMAN = re.compile(r"[IVXLCDM]+")
_NUMBER_SIGN = "N"
"""How the sources write the sign for number: `N 1033`."""

WIDTH = 100
"""A list that makes its line longer stands one text a line."""


def faults(file: str, row: Row) -> Iterator[str]:
    """Yield what is wrong with the fields of one entry, each with what to write instead."""
    for name, wanted in _REQUIRED.items():
        if not row.get(name):
            yield f"no {name}; write {wanted}"
    for name, value in row.items():
        kind, files = FIELDS.get(name, (None, ()))
        if kind is None or file not in files:
            yield f"unknown field {name!r}; {_hint(file, name)}"
        elif not _is(kind, value):
            yield f"{name} is {value!r}; write {_WANTED[kind]}"
        elif name in _CYRILLIC_FIELDS:
            yield from _latin(name, [value] if isinstance(value, str) else value)
    if isinstance(row.get("id"), str) and row["id"] and not _ID.fullmatch(row["id"]):
        yield "the id has other characters than a-z, 0-9 and '-' between them; write " + (
            "-".join(_ID.findall(row["id"].lower())) or "a Latin word"
        )
    types = _TYPES.get(file)
    if types and row.get("type") not in types:
        yield f"type is {row.get('type')!r}; write one of {', '.join(sorted(types))}"
    if file == "laws" and not row.get("date"):
        yield "no date; write date = the day of adoption, 2001-01-30"
    first, last = row.get("valid_from"), row.get("valid_to")
    if isinstance(first, datetime.date) and isinstance(last, datetime.date) and first > last:
        yield f"valid_from {first} is after valid_to {last}; exchange or correct them"


def _is(kind: type, value: object) -> bool:
    if kind is list:
        texts = value if isinstance(value, list) else []
        return bool(texts) and all(isinstance(text, str) and text for text in texts)
    return type(value) is kind and value != ""


def _hint(file: str, name: str) -> str:
    known = [field for field, (_, files) in FIELDS.items() if file in files]
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else f"the fields are {', '.join(known)}"


def _latin(name: str, texts: list[str]) -> Iterator[str]:
    """Latin letters in Kazakh and Russian words; roman numerals and the sign `N` may stay."""
    for text in texts:
        for word in _LATIN_WORD.findall(text):
            if not _ROMAN.fullmatch(word) and word != _NUMBER_SIGN:
                yield f"{name}: Latin letters in {word!r}; write the word in Cyrillic letters"


def canonical(file: str, comment: str, rows: list[dict[str, Any]]) -> str:
    """Return the text of a file: the comment, then the entries by id, fields in their order."""
    tables = [
        "\n".join(
            [f"[[{TABLES[file]}]]"] + [_line(name, row[name]) for name in FIELDS if name in row]
        )
        for row in sorted(rows, key=lambda row: str(row["id"]))
    ]
    return "\n\n".join([*([comment] if comment else []), *tables]) + "\n"


def _line(name: str, value: object) -> str:
    if not isinstance(value, list):
        return f"{name} = {_written(value)}"
    line = f"{name} = [{', '.join(map(_written, value))}]"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"{name} = [", *(f"  {_written(text)}," for text in value), "]"])


def _written(value: object) -> str:
    """A value in TOML; a text with double quotes stands in single ones."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        if '"' in value and "'" not in value and value.isprintable():
            return f"'{value}'"
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def comment_of(text: str) -> tuple[str, list[int]]:
    """The comment at the top of a file, and the numbers of the lines with comments further down."""
    lines = text.splitlines()
    top = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    below = [i for i, line in enumerate(lines[top:], top + 1) if line.lstrip().startswith("#")]
    return "\n".join(lines[:top]), below
