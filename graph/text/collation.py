"""Kazakh order: a text in, a key out that sorts so when code points are compared.

By code point ә, ғ, қ, ң, ө, ұ, ү, һ and і all stand after я, so that `Ақтөбе` would follow `Аякөз`.
"""

import re
from unicodedata import normalize

from graph.text.letters import fold, plain

ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
"""The 42 letters in their order."""

_FIRST_LETTER = 0xE000  # in the private use area, after every other letter and allowed in XML
_OTHER_CYRILLIC = range(0x0400, 0x0530)
_WEIGHTS = {
    **{letter: chr(_FIRST_LETTER + 0x100 + letter) for letter in _OTHER_CYRILLIC},
    **{ord(letter): chr(_FIRST_LETTER + place) for place, letter in enumerate(ALPHABET)},
    **dict.fromkeys(map(ord, "«»\"“”„'’‘"), ""),
}
_NUMBER = re.compile(r"[0-9]+")
_LONGEST = 9
"""Digits of the longest number that is sorted by its value."""
_END = "\t"  # before the space, so that a text stands before those that go on after it


def collation_key(text: str) -> str:
    """Return a key: keys compared by code point stand in the order of the Kazakh alphabet.

    Words are compared one by one, first without regard to case, quotation marks and look-alike
    letters, and numbers by their value (`4-бап` before `12-бап`). Digits stand before Latin
    letters, those before Cyrillic. Texts that are equal so far are sorted by code point, so that
    different texts have different keys.
    """
    # A letter alone is no numeral here: lists are headed by letters.
    folded = fold(plain(text)) if len(text) > 1 else text
    folded = normalize("NFC", folded).lower().translate(_WEIGHTS)
    return " ".join(_NUMBER.sub(_by_value, folded).split()) + _END + text


def _by_value(match: re.Match[str]) -> str:
    """A number with the count of its digits before it."""
    digits = match.group().lstrip("0") or "0"
    return chr(ord("0") + min(len(digits), _LONGEST + 1)) + digits
