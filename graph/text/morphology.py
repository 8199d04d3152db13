"""Kazakh noun endings: just enough to find a dictionary form under its plural, possessive and case.

Endings stack in one order: stem + plural + possessive + case, as in
министр-лік-тер-і-нің. A stem's last к, қ, п turns to г, ғ, б before a vowel.
"""

import re
from functools import lru_cache

CASES = (
    *("ның", "нің", "дың", "дің", "тың", "тің"),  # genitive
    *("ға", "ге", "қа", "ке", "на", "не", "а", "е"),  # dative
    *("ны", "ні", "ды", "ді", "ты", "ті", "н"),  # accusative
    *("нда", "нде", "да", "де", "та", "те"),  # locative
    *("нан", "нен", "дан", "ден", "тан", "тен"),  # ablative
    *("мен", "бен", "пен"),  # instrumental
    *("ндағы", "ндегі", "дағы", "дегі", "тағы", "тегі"),  # locative adjective
)
POSSESSIVES = ("сы", "сі", "ы", "і")
PLURALS = ("лар", "лер", "дар", "дер", "тар", "тер")
HARDENED = {"г": "к", "ғ": "қ", "б": "п"}

_CASES = frozenset(CASES)
_LONGEST_CASE = max(map(len, CASES))
_CASE = re.compile(f"-?(?:{'|'.join(sorted(CASES, key=len, reverse=True))})$")


@lru_cache(maxsize=1 << 16)
def stems(word: str) -> tuple[str, ...]:
    """Every form under `word` (lower case), the word itself first, then the longest first.

    A superset: `ата` also gives `ат`. Use it only to look words up in a lexicon.
    """
    sizes = range(1, min(_LONGEST_CASE + 1, len(word) - 1))
    cased = {word[:-size].removesuffix("-") for size in sizes if word[-size:] in _CASES}
    cased.add(word)
    owned = cased | _without(cased, POSSESSIVES)
    found = owned | _without(owned, PLURALS)
    found |= {form[:-1] + HARDENED[form[-1]] for form in found if form[-1] in HARDENED}
    return (word, *sorted(found - {word}, key=lambda form: (-len(form), form)))


def _without(forms: set[str], endings: tuple[str, ...]) -> set[str]:
    """The forms that end in one of the endings, without it."""
    return {
        form[: -len(ending)]
        for form in forms
        if form.endswith(endings)
        for ending in endings
        if form.endswith(ending) and len(form) > len(ending) + 1
    }


def nominative(word: str) -> str:
    """Strip the case ending of a word in the possessive: `министрлігінің` gives `министрлігі`."""
    for ending in (
        "ның",
        "нің",
        "на",
        "не",
        "ын",
        "ін",
        "нда",
        "нде",
        "нан",
        "нен",
        "мен",
        "ндағы",
        "ндегі",
    ):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            bare = word[: -len(ending)]
            if ending in ("ын", "ін"):
                bare = word[:-1]
            if bare[-1] in "ыі":
                return bare
    return word


def is_genitive(word: str) -> bool:
    """Whether the word ends in a genitive ending."""
    return word.endswith(("ның", "нің", "дың", "дің", "тың", "тің"))
