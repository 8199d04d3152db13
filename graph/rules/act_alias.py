"""Short names that a text gives to acts: `(бұдан әрі - Қағидалар)`, and their later uses."""

import re
from collections.abc import Iterable, Iterator

from graph.context import Context
from graph.lexicon import Entry
from graph.matcher import Matcher
from graph.model import ActMention
from graph.rules.act_words import FORMS, HEADS
from graph.text.tokens import words_of

_ALIAS = re.compile(r"\(\s*бұдан (?:әрі|былай)(?: мәтін бойынша)?\s*[-–—]\s*([^()]{2,80}?)\s*\)")

_LETTERS = re.compile(r"[А-ЯӘҒҚҢӨҰҮҺІ]{2,6}")
"""An act's letters: `(бұдан әрі – ҚК)`."""


def definitions(context: Context) -> Iterator[ActMention]:
    """The parentheses that give an act a short name."""
    for match in _ALIAS.finditer(context.low):
        name = context.text[match.start(1) : match.end(1)].strip('"«»“” ')
        noun = FORMS.get(name.lower().rsplit(" ", 1)[-1], "")
        if noun or _LETTERS.fullmatch(name):
            yield ActMention(
                match.start(),
                match.end(),
                "act-alias",
                type=HEADS.get(noun, ""),
                anaphor=noun or name.lower(),
                alias=name,
                heading=True,
            )


def uses(context: Context, defined: Iterable[ActMention]) -> Iterator[ActMention]:
    """Uses of the short names of several words (`Факультативтік хаттаманың`).

    A name of one word (`Қағидаларда`) is found as a bare noun with a capital.
    """
    letters = {act.alias for act in defined if not act.type}
    names = {act.alias for act in defined if len(words_of(act.alias)) > 1} | letters
    if not names:
        return
    matcher = Matcher((name, Entry(name.lower(), name)) for name in sorted(names))
    tokens = context.tokens
    for first, after, entry in matcher.find(tokens):
        this = first > 0 and tokens.words[first - 1] == "осы"
        yield ActMention(
            tokens.starts[first - this],
            tokens.ends[after - 1],
            "act-alias-use",
            type=HEADS.get(FORMS.get(entry.id.rsplit(" ", 1)[-1], ""), ""),
            anaphor=entry.id,
            this=this,
        )
