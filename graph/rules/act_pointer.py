"""Pointers to an act named before or to the text itself: `осы Заң`, `көрсетілген қаулымен`."""

import re
from bisect import bisect_right

from graph.context import Context
from graph.model import ActMention, BodyMention
from graph.rules.act_words import FORMS, HEADS

_SELF = HEADS.keys() - {"жолдау"}
"""Nouns that a text can call itself by."""
_THIS = ("осы", "бұл")
_SELF_QUALIFIED = ("үлгі", "үлгілік", "конституциялық", "бірлескен", "нормативтік")
"""What may stand between `осы` and the noun: `осы Үлгі ережеге`."""
_NAMED_BEFORE = ("аталған", "көрсетілген")
"""What points at an act named before, whose noun needs no capital then."""
_INSTRUMENTS = ("қаулы", "жарлық", "бұйрық", "өкім", "заң", "кодекс")
"""Nouns that mean an act without a capital too: `аталған шешім` may be anybody's."""
_PROVISION = re.compile(r" \(?\d[\d, –-]*(?:(?:және|мен|не|немесе) [\d–-]+)?(?:ба[бп]|тарау|бөлі)")
_PLURAL_OR_OWNED = re.compile(r"\w(?:[лдт][ае]р|с?[ыі])")
_OF_SOMETHING = re.compile(r"[нтд][ыі]ң$")
_YEAR_BEFORE = re.compile(r"(?<!\d)(\d{4}) жылғы $")
_MOST_NESTED = 4
"""Bodies whose names may lie in one another."""


class Pointers:
    """Nouns of acts that stand alone and point at one."""

    def __init__(self, context: Context, aliases: set[str], bodies: list[BodyMention]) -> None:
        """`aliases`: the names that the text gives to acts, in lower case."""
        self.context = context
        self.bodies = bodies
        self.body_starts = [body.start for body in bodies]
        self.aliases = aliases
        self.text, self.low = context.text, context.low
        self.tokens = context.tokens

    def at(self, i: int, noun: str) -> ActMention | None:
        """`осы Заң`, `аталған Кодекс`, and a bare noun with a capital: `Хаттамаға`."""
        start, end = self.tokens.starts[i], self.tokens.ends[i]
        before = self.tokens.words[i - 1] if i else ""
        kind = HEADS[noun]
        capital = i > 1 and self.text[self.tokens.starts[i - 1]].isupper()
        name = capital and before not in _THIS and before not in FORMS
        qualified = before in _SELF_QUALIFIED or name
        this = i - 2 if qualified else i - 1
        ordinary = noun == "шарт" and not self.text[start].isupper()  # a condition
        if this >= 0 and self.tokens.words[this] in _THIS and noun in _SELF and not ordinary:
            first = self.tokens.starts[this]
            return ActMention(first, end, "act-this", type=kind, this=True, anaphor=noun)
        if self.context.structure.in_note(start) or self._in_body(start):
            return None  # `Заң департаменті` is a body
        if self.text[start:end].isupper():
            return None  # `ҚАУЛЫ ЕТЕДІ`
        named = before in _NAMED_BEFORE
        if not self.text[start].isupper() and not (named and noun in _INSTRUMENTS):
            return None  # a common noun
        if noun in ("регламент", "жарғы") and _OF_SOMETHING.search(before):
            return None  # `комиссияның Регламенті`
        if kind != "rules" and _PLURAL_OR_OWNED.match(self.low, start + len(noun) - 1):
            return None  # `халықаралық шарттар`, `ҚР Шартының`: of something else
        year = _YEAR_BEFORE.search(self.low, max(0, start - 12), start)
        if year:
            rule, first = "act-anaphor", year.start()
            return ActMention(first, end, rule, type=kind, date=year.group(1), anaphor=noun)
        if named:
            start = self.tokens.starts[i - 1]
        elif self._is_common(start, end, kind, noun):
            return None
        return ActMention(start, end, "act-anaphor", type=kind, anaphor=noun, named=named)

    def _in_body(self, at: int) -> bool:
        """Whether an offset lies in the name of a body, but not at its beginning alone."""
        i = bisect_right(self.body_starts, at) - 1
        near = self.bodies[max(0, i - _MOST_NESTED) : i + 1]
        return any(body.start <= at < body.end for body in near)

    def _is_common(self, start: int, end: int, kind: str, noun: str) -> bool:
        """Whether a noun has its capital only from the sentence that it begins."""
        first = self._begins_sentence(start) and kind != "treaty" and noun not in self.aliases
        return first and not _PROVISION.match(self.low, end)

    def _begins_sentence(self, at: int) -> bool:
        before = self.text[max(0, at - 3) : at].strip()
        return not before or before[-1] in '.:;!?"»' or self.text[at - 1] == "\n"
