"""Literals as columns of a table of nodes: predicates with their literals in, names and types out.

A column is what one predicate says in one language, since a graph program takes one name for one
attribute. Its type is what all of its values are; where a node has several values, or a number does
not fit, the column is text, so that no value is lost.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pyoxigraph import Literal

XSD = "http://www.w3.org/2001/XMLSchema#"
INTEGERS = {
    f"{XSD}{name}"
    for name in (
        *("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger"),
        *("unsignedInt", "unsignedShort", "unsignedByte", "negativeInteger", "nonPositiveInteger"),
    )
}
FRACTIONS = {f"{XSD}{name}" for name in ("decimal", "double", "float")}
LARGEST = 2**53
"""JavaScript and spreadsheets hold no whole number above exactly."""
RESERVED = ("id", "label", "uri", "type", "types", "name", "source", "target", "interaction")
"""Names of columns that every file has."""
BETWEEN = " | "
"""What stands between the values of a node that has several, where a format has no lists."""

WHOLE = re.compile(r"[+-]?[0-9]{1,17}")
# No exponent: programs differ in which they read, and none is needed for amounts of money.
FRACTION = re.compile(r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{0,15})?|\.[0-9]{1,15})")


@dataclass
class Column:
    """What one predicate says, in one language, as an attribute of nodes."""

    predicate: str
    """IRI of the predicate."""
    language: str
    """Language tag of its values; "" if they have none."""
    name: str = ""
    """Name in the file: ASCII letters, digits and `_`; no two are equal but for their case."""
    type: str = ""
    """`long`, `double`, `boolean` or `string`."""
    datatypes: tuple[str, ...] = ()
    """IRIs of the datatypes of its values, sorted."""
    several: bool = False
    """Whether some node has more than one value."""

    @property
    def kind(self) -> str:
        """What its values are: `@kk`, or IRIs of datatypes."""
        return f"@{self.language}" if self.language else " ".join(self.datatypes)

    def written(self, values: list[str]) -> str:
        """Return the values of one node in this column as JSON, XML and CSV write them."""
        if self.type == "string":
            return BETWEEN.join(values)
        (value,) = values
        if self.type == "boolean":
            return "true" if value in ("true", "1") else "false"
        return str(int(value)) if self.type == "long" else repr(float(value))


class Columns:
    """Gathers the columns of a graph, literal by literal; each has a number."""

    def __init__(self) -> None:
        """Begin without any."""
        self._numbers: dict[tuple[str, str], int] = {}
        self._columns: list[Column] = []
        self._datatypes: list[set[str]] = []

    def __getitem__(self, number: int) -> Column:
        """Return a column by its number."""
        return self._columns[number]

    def add(self, predicate: str, literal: Literal) -> int:
        """Take a literal, and return the number of its column."""
        language, datatype = literal.language or "", literal.datatype.value
        number = self._numbers.setdefault((predicate, language), len(self._numbers))
        if number == len(self._columns):
            self._columns.append(Column(predicate, language, type=type_of(datatype)))
            self._datatypes.append(set())
        column = self._columns[number]
        self._datatypes[number].add(datatype)
        if column.type != "string" and not fits(literal.value, datatype, column):
            column.type = "string"
        return number

    def named(self, short: Callable[[str], str], several: Iterable[int]) -> list[Column]:
        """Return the columns, by predicate and language, each with its name.

        `short` abbreviates an IRI as prefix:name, where it knows a prefix; `several` are the
        numbers of columns that have several values for some node.
        """
        for number in several:
            if number >= 0:
                self._columns[number].several = True
                self._columns[number].type = "string"
        for column, datatypes in zip(self._columns, self._datatypes, strict=True):
            column.datatypes = tuple(sorted(datatypes))
        taken = set(RESERVED)
        ordered = sorted(self._columns, key=lambda column: (column.predicate, column.language))
        for column in ordered:
            column.name = free_name(plain_name(short(column.predicate), column.language), taken)
            taken.add(column.name.lower())
        return ordered


def type_of(datatype: str) -> str:
    """Return the type of a column whose values have this datatype."""
    if datatype in INTEGERS:
        return "long"
    if datatype in FRACTIONS:
        return "double"
    return "boolean" if datatype == f"{XSD}boolean" else "string"


def fits(value: str, datatype: str, column: Column) -> bool:
    """Tell whether a value can stand in a column of numbers or truth values unchanged."""
    if type_of(datatype) != column.type:
        return False
    if column.type == "long":
        return WHOLE.fullmatch(value) is not None and abs(int(value)) < LARGEST
    if column.type == "double":
        return FRACTION.fullmatch(value) is not None and same_number(value)
    return value in ("true", "false", "1", "0")


def same_number(value: str) -> bool:
    """Tell whether a decimal number survives as a double: 15 digits do."""
    digits = value.lstrip("+-").replace(".", "").strip("0")
    return len(digits) <= 15


def plain_name(short: str, language: str) -> str:
    """Return a name that every program takes: `kzop:minAge` is `kzop_minAge`."""
    if "://" in short or short.startswith("urn:"):
        short = re.split(r"[/#:]", short.rstrip("/#:"))[-1]
    name = re.sub(r"[^A-Za-z0-9]+", "_", f"{short}_{language}" if language else short).strip("_")
    return f"p_{name}" if not name or name[0].isdigit() else name


def free_name(name: str, taken: Iterable[str]) -> str:
    """Return `name`, with a number after it if it is taken."""
    free, number = name, 2
    while free.lower() in taken:
        free, number = f"{name}_{number}", number + 1
    return free
