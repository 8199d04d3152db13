"""Words of a text as they are searched for: folded, with their stems, and where they stand.

A folded word is in lower case and knows one letter for each look-alike, so `Заңы`, `3аңы` and a
`Зaңы` with a Latin letter are one word. A number and the letters beside it are words of their own:
`345-II` is `345` `іі`, whichever alphabet its numeral is in.
"""

import re
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

from graph.text.letters import IGNORED, TO_CYRILLIC, plain
from graph.text.morphology import CASES, stems

LONGEST_WORD = 64
"""Letters of a word that count; what is longer is cut off."""

_LETTER = r"[^\W\d_]"
_WORD = re.compile(rf"{_LETTER}(?:{_LETTER}|[\u0300-\u036f{IGNORED}])*|\d+")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_LOWER = str.maketrans("ieopcxaybkmthəüё", "іеорсхаувкмтнәүе")
"""Look-alikes without regard to case: `h` is the Н of `Hарық`, as `m` is that of `MM`."""
_MIXED = str.maketrans(TO_CYRILLIC)
_NUMBER_SIGNS = frozenset({"n", "nо"})
_HYPHENED = frozenset(case for case in CASES if len(case) > 1)


class Word(NamedTuple):
    """A word: its folded form and its offsets in the text, in code points."""

    folded: str
    start: int
    end: int


def words_in(text: str) -> list[Word]:
    """Return the words of a text in order.

    Left out are a sign of number (`N 1033`, `№ 1033`) and the ending after a hyphen (`БҰҰ-ның`).
    """
    found: list[Word] = []
    held = plain(text)
    last, last_end = "", -2
    for match in _WORD.finditer(held):
        start, end = match.span()
        folded = fold_word(held[start:end])
        if not folded or (start == last_end + 1 and folded in _HYPHENED and held[last_end] == "-"):
            continue
        if last in _NUMBER_SIGNS and folded[0].isdigit():
            found.pop()
        found.append(Word(folded, start, end))
        last, last_end = folded, end
    return found


def key(text: str) -> str:
    """Return the folded words of a text with a space between them: equal for equal labels."""
    return " ".join([word.folded for word in words_in(text)])


@lru_cache(maxsize=1 << 17)
def fold_word(word: str) -> str:
    """Fold one word; the result may have another length, and none if no letter is left."""
    folded = normalize("NFKC", word)
    if _CYRILLIC.search(folded):
        folded = folded.translate(_MIXED)
    folded = folded.lower().translate(_LOWER)
    return "".join(filter(str.isalnum, folded))[:LONGEST_WORD]


@lru_cache(maxsize=1 << 16)
def stems_of(folded: str) -> frozenset[str]:
    """Return what a folded word may be a form of, itself included.

    Two words are forms of one word if they share a stem. A stem has three letters or more
    (`заң-ы`, `сот-қа`). Bare `а`, `е` and `н` only follow a possessive: `бала` is no form of `бал`.
    """
    return frozenset(
        stem
        for stem in stems(folded)
        if stem == folded or (len(stem) >= 3 and _can_end(stem, folded[len(stem) :]))
    )


def _can_end(stem: str, ending: str) -> bool:
    """Tell whether an ending may follow a stem, where a single letter is not sure to be one."""
    if ending in ("а", "е"):
        return False
    return ending != "н" or stem[-1] in "ыі"
