"""Reads a lexicon file fast. In: the text of a TOML file. Out: its tables, as tomllib gives them.

`kzop check` keeps the files in one layout, a field a line, which takes a tenth of the time of TOML
in general to read. Any other layout is read as TOML.
"""

import datetime
import json
import tomllib
from typing import Any


def tables(text: str) -> dict[str, Any]:
    """The tables of a file. Raises tomllib.TOMLDecodeError."""
    try:
        return _canonical(text)
    except ValueError:
        return tomllib.loads(text)


def _canonical(text: str) -> dict[str, list[dict[str, Any]]]:
    """The tables of a file in canonical layout. Raises ValueError for any other."""
    read: dict[str, list[dict[str, Any]]] = {}
    row: dict[str, Any] | None = None
    items: list[Any] | None = None
    for line in text.split("\n"):
        if items is not None and line.startswith("  "):
            items.append(_value(line[2:].removesuffix(",")))
        elif items is not None and line == "]":
            items = None
        elif items is not None:
            raise ValueError(line)
        elif line.startswith("[["):
            row = {}
            read.setdefault(_table(line), []).append(row)
        elif line and not line.startswith("#"):
            name, equals, value = line.partition(" = ")
            if row is None or not equals or not name.isidentifier() or name in row:
                raise ValueError(line)
            if value == "[":
                row[name] = items = []
            else:
                row[name] = _value(value)
    if items is not None:
        raise ValueError("a list without its end")
    return read


def _table(line: str) -> str:
    name = line[2:].removesuffix("]]")
    if not name.isidentifier() or f"[[{name}]]" != line:
        raise ValueError(line)
    return name


def _value(text: str) -> Any:
    """A text, a list of texts, a date, true or false. Raises ValueError."""
    inside = text[1:-1]
    if text[:1] == text[-1:] == '"' and len(text) > 1:
        plain = '"' not in inside and "\\" not in inside and "\t" not in inside
        return inside if plain else json.loads(text)
    if text[:1] == text[-1:] == "'" and len(text) > 1 and "'" not in inside:
        return inside
    if text[:1] == "[":
        return tomllib.loads(f"list = {text}")["list"] if "'" in text else json.loads(text)
    if text in ("true", "false"):
        return text == "true"
    if len(text) != len("2001-01-30"):
        raise ValueError(text)
    return datetime.date.fromisoformat(text)
