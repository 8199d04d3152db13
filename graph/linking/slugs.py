"""ASCII names for IRIs: transliteration, numbers of acts, titles without a number."""

import hashlib
import re
from functools import lru_cache

from graph.text.letters import fold

_LATIN = {
    "а": "a",
    "ә": "ae",
    "б": "b",
    "в": "v",
    "г": "g",
    "ғ": "gh",
    "д": "d",
    "е": "e",
    "ё": "yo",
    "ж": "zh",
    "з": "z",
    "и": "i",
    "й": "j",
    "к": "k",
    "қ": "q",
    "л": "l",
    "м": "m",
    "н": "n",
    "ң": "ng",
    "о": "o",
    "ө": "oe",
    "п": "p",
    "р": "r",
    "с": "s",
    "т": "t",
    "у": "u",
    "ұ": "u",
    "ү": "ue",
    "ф": "f",
    "х": "h",
    "һ": "h",
    "ц": "c",
    "ч": "ch",
    "ш": "sh",
    "щ": "sch",
    "ъ": "",
    "ы": "y",
    "і": "i",
    "ь": "",
    "э": "e",
    "ю": "yu",
    "я": "ya",
}
_TABLE = str.maketrans({**_LATIN, **{k.upper(): v.capitalize() for k, v in _LATIN.items()}})
_SLUG = re.compile(r"[a-z0-9-]+$")


def transliterate(text: str) -> str:
    """Kazakh or Russian Cyrillic in Latin letters; the rest is left alone."""
    return text.translate(_TABLE)


@lru_cache(maxsize=4096)
def slug_of(name: str) -> str:
    """A lexicon id as it is; another name transliterated, with 8 hex digits of its SHA-256."""
    if _SLUG.match(name):
        return name
    words = re.sub(r"[^a-z0-9]+", "-", transliterate(name).lower()).strip("-")
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{words[:80].strip('-')}-{digest}" if words else digest


def number_slug(number: str) -> str:
    """An act's number in an IRI: Latin letters and digits, any other character a hyphen.

    `345-II` stays, `28/5-VII` is `28-5-VII`, `ҚР ДСМ-32` is `dsm-32`.
    """
    if re.search(r"[а-яәғқңөұүһі]", number.lower()):
        number = transliterate(re.sub(r"^ҚР\s+", "", number)).lower()
    return re.sub(r"[^A-Za-z0-9]+", "-", number).strip("-")


@lru_cache(maxsize=4096)
def fold_title(title: str) -> str:
    """A title for comparison: lower case, no look-alikes, quotes or double spaces."""
    plain = re.sub(r"[\"«»“”„]", "", fold(title)).casefold()
    return re.sub(r"\s+", " ", plain).strip(" .")
