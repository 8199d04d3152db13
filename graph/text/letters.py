"""Look-alike letters: which Latin letters stand for Cyrillic ones, and where a word is a number.

Kazakh texts of the 1990s and 2000s mix both alphabets inside one word, so folding goes letter by
letter, by the company a letter keeps: among Cyrillic letters it is Cyrillic, in a roman numeral
or an act's number it is Latin.
"""

import re

TO_CYRILLIC = dict(zip("iIeEopcxayYABCHKMOPTXƏəhü", "іІеЕорсхауҮАВСНКМОРТХӘәһү", strict=True))
ROMAN_TO_LATIN = str.maketrans("ІХСМ", "IXCM")

_SPACES = (
    "\t\x1c\x1d\x1e\x1f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000"
)
_PLAIN = {
    **dict.fromkeys(_SPACES, " "),
    "\u2010": "-",
    "\u2011": "-",
    "\u2212": "–",
    "\u0130": "I",  # its lower case is two characters long
}
_THREE = re.compile(r"(?<![\w-])3(?=аң)")
"""The figure 3 for the letter З of `Заң`."""
_DASHED = re.compile(r"(?<=\d)[–—](?=(?:ба[бп]|тарма[қғ]|бөлі[кгм]|тарау|абзац|қосымша|парагра))")
"""A dash for the hyphen of `8–бабы`."""
IGNORED = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
"""Invisible characters, left out of the normalised text."""


def plain(text: str) -> str:
    """Spaces and hyphens of every kind in their plain form, one for one: offsets do not move."""
    for character, replacement in _PLAIN.items():
        if character in text:
            text = text.replace(character, replacement)
    text = _THREE.sub("З", text) if "3аң" in text else text
    return _DASHED.sub("-", text) if "–" in text or "—" in text else text


_LATIN = re.compile(r"[A-Za-zƏəü]")
_LATIN_WORD = re.compile(r"(?<![^\W\d_])[A-Za-zƏəü]+(?![^\W\d_])")
_CYRILLIC = "[А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі]"
_DISGUISED = re.compile(
    rf"(?<={_CYRILLIC} )(?=[A-Z]*[a-z])[{''.join(sorted(TO_CYRILLIC.keys() - set('hü')))}]{{2,}}"
    rf"(?= {_CYRILLIC})"
)
"""A word of look-alikes alone between two Cyrillic words: `Республикасының Cy кодексі`."""
_ROMAN = re.compile(r"(?<![^\W\d_])[IVXLCMІХСМ]+(?![^\W\d_])")
_NUMERAL = re.compile(r"(?=.*[IV]|XX)M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})$")
"""Well formed, with an I or V or several X: `ІІМ` is an abbreviation, `С` an initial."""


def fold(text: str) -> str:
    """Return `text` with look-alike letters put right; the length never changes."""
    present = set(_LATIN.findall(text))
    if present:
        folded, at = text, 0
        for letter in present & TO_CYRILLIC.keys():
            folded = folded.replace(letter, TO_CYRILLIC[letter])
        parts = []
        for match in _LATIN_WORD.finditer(text):  # a word of Latin letters alone stays Latin
            parts += [folded[at : match.start()], match.group()]
            at = match.end()
        text = "".join([*parts, folded[at:]])
        if parts:
            text = _DISGUISED.sub(lambda match: "".join(map(fold_letter, match.group())), text)
    if "І" in text or "Х" in text:
        text = _ROMAN.sub(_fold_roman, text)
    return text


def fold_letter(letter: str) -> str:
    """Fold one letter that is known to stand in a Cyrillic word."""
    return TO_CYRILLIC.get(letter, letter)


def _fold_roman(match: re.Match[str]) -> str:
    numeral = match.group().translate(ROMAN_TO_LATIN)
    return numeral if _NUMERAL.match(numeral) else match.group()
