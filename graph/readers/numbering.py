"""The numbers that Word counts itself. In: `numbering.xml` and `styles.xml` of a .docx. Out: the
words before each numbered paragraph: `1.`, `1)`, `2.1.`.
"""

import re
from dataclasses import dataclass

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACE = re.compile(r"%(\d)")
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"
"""The letters that Word counts with: without ё, й, ъ, ы, ь."""


@dataclass(frozen=True)
class Level:
    """One level of a list."""

    start: int
    format: str
    """`decimal`, `lowerLetter`, `upperRoman`, `bullet` ..."""
    text: str
    """`%1.%2)`: the numbers of the levels, and what stands between and after them."""


class Numbering:
    """Counts the paragraphs of all lists, in the order of the document."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        abstract: dict[str, dict[int, Level]] = {}
        self._lists: dict[str, tuple[str, dict[int, Level]]] = {}
        """List id to what counts it, and its levels."""
        self._counts: dict[str, dict[int, int]] = {}
        self._styles = _styles(styles)
        if numbering is None:
            return
        for node in numbering.findall(f"{W}abstractNum"):
            abstract[_value(node, "abstractNumId")] = _levels(node)
        for node in numbering.findall(f"{W}num"):
            name = _of(node, "abstractNumId")
            levels = dict(abstract.get(name, {}))
            counter = name
            for change in node.findall(f"{W}lvlOverride"):
                at = _int(_value(change, "ilvl"))
                levels.update(_levels(change))
                start = _of(change, "startOverride")
                if start and at in levels:
                    levels[at] = Level(_int(start), levels[at].format, levels[at].text)
                    counter = f"{name}/{_value(node, 'numId')}"  # counts by itself
            self._lists[_value(node, "numId")] = counter, levels

    def mark(self, properties: etree._Element | None) -> str:
        """What Word prints before a paragraph with these properties; nothing for most."""
        list_id, at = self._place(properties)
        counter, levels = self._lists.get(list_id, ("", {}))
        level = levels.get(at)
        if level is None:
            return ""
        counts = self._counts.setdefault(counter, {})
        counts[at] = counts.get(at, level.start - 1) + 1
        for deeper in [other for other in counts if other > at]:
            del counts[deeper]
        if level.format in ("bullet", "none"):
            return "-" if level.format == "bullet" else ""

        def number(place: re.Match[str]) -> str:
            one = int(place[1]) - 1
            of = levels.get(one, level)
            return _printed(counts.setdefault(one, of.start), of.format)

        return _PLACE.sub(number, level.text).strip()

    def _place(self, properties: etree._Element | None) -> tuple[str, int]:
        """List id and level of a paragraph: its own, else those of its style."""
        list_id, at = "", ""
        if properties is not None:
            style = self._styles.get(_of(properties, "pStyle"), ("", ""))
            own = properties.find(f"{W}numPr")
            list_id = (_of(own, "numId") if own is not None else "") or style[0]
            at = (_of(own, "ilvl") if own is not None else "") or style[1]
        return list_id, _int(at)


def _value(node: etree._Element, name: str) -> str:
    return node.get(f"{W}{name}") or ""


def _int(value: str) -> int:
    """A number of at most four digits; 0 for anything else."""
    return int(value) if value.isdecimal() and len(value) < 5 else 0


def _of(node: etree._Element, name: str) -> str:
    """The value of a child."""
    child = node.find(f"{W}{name}")
    return "" if child is None else _value(child, "val")


def _levels(node: etree._Element) -> dict[int, Level]:
    found = {}
    for level in node.findall(f"{W}lvl"):
        start = _of(level, "start")
        found[_int(_value(level, "ilvl"))] = Level(
            _int(start) if start else 1,
            _of(level, "numFmt") or "decimal",
            _of(level, "lvlText"),
        )
    return found


def _styles(styles: etree._Element | None) -> dict[str, tuple[str, str]]:
    """List id and level that each style gives: its own, or those of what it is based on."""
    if styles is None:
        return {}
    own: dict[str, tuple[str, str]] = {}
    based: dict[str, str] = {}
    for style in styles.findall(f"{W}style"):
        name = _value(style, "styleId")
        based[name] = _of(style, "basedOn")
        numbering = style.find(f"{W}pPr/{W}numPr")
        if numbering is not None:
            own[name] = _of(numbering, "numId"), _of(numbering, "ilvl")
    for name in based:
        above, seen = name, {name}
        while above and above not in own and based.get(above, "") not in seen:
            above = based.get(above, "")
            seen.add(above)
        if above in own:
            own.setdefault(name, own[above])
    return own


def _printed(number: int, form: str) -> str:
    if form in ("lowerRoman", "upperRoman"):
        letters = ""
        for value, letter in _ROMAN:
            letters += letter * (number // value)
            number %= value
        return letters if form == "upperRoman" else letters.lower()
    alphabet = _RUSSIAN if form.startswith("russian") else _LATIN
    if form.endswith(("Letter", "russianLower", "russianUpper")) and number > 0:
        letter = alphabet[(number - 1) % len(alphabet)] * ((number - 1) // len(alphabet) + 1)
        return letter.upper() if form.startswith("upper") or form.endswith("Upper") else letter
    return f"{number:02d}" if form == "decimalZero" else str(number)
