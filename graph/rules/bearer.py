"""Who bears a norm: bodies and classes of persons in a clause, and which of them is its subject."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache

from graph.context import Context
from graph.lexicon import Lexicon
from graph.matcher import Matcher
from graph.model import BodyMention
from graph.text.morphology import is_genitive

_POSSESSED = re.compile(
    r"(?:ы|і|лары|лері|тары|тері|дары|дері)(?:н|на|не|ның|нің|нда|нде|нан|нен|мен)?$"
)
_ACCUSATIVE = re.compile(r"(?:[аәеиоөуұүыіэюя]н|[бвгғджзйкқлмнңпрстфхцчшщ][дт])[ыі]$")
"""An object (`табиғатты`, `баланы`), which ends like a possessed noun."""
_ATTRIBUTE = re.compile(r"(?:[ыі]нш[ыі]|[дт](?:ағы|егі)|[нңзс](?:ғы|гі)|[шп](?:қы|кі))$|бір-бір")
"""Ordinals and adjectives that end like a possessed noun: `үшінші`, `төмендегі`, `бұрынғы`."""
_NOT_POSSESSED = {"тұрғын", "жақын", "сайын", "кейін", "дейін", "бұрын", "үшін"}
_NEXT = re.compile(r" ([\w-]+)")
_PLURAL = "(?:лар|лер|дар|дер|тар|тер)"
_PLURAL_NOUN = re.compile(
    rf"(?<![\w-])((?:(?!\S*(?:{_PLURAL}|[ыі]н|[уү]д[ыі]|ның|нің|бойынша|туралы) )[\w-]+ ){{0,2}}"
    rf"(?!мыналар|келесілер)[а-яәғқңөұүһі]{{3,}}{_PLURAL}) (?!сияқты)"
)
_AGENT = re.compile(
    r"(?<![\w-])((?:[\w-]+(?<!н)(?:шы|ші)|[\w-]+[кг]ер|орган|мекеме|ұйым|тарап|кәсіпорын|компания|қоғам"
    r"|сот|судья|прокурор|комиссия|комитет|кеңес|әкім|мәслихат|министр|басқарма|департамент"
    r"|инспекция|банк|қор|төраға|бастық|директор|мүше|азамат|тұлға|субъект|депутат|мемлекет"
    r"|үкімет|парламент|палата|бөлімше|делегация)(?:[лдт][ае]р)?(?:с?[ыі])?"
    r"|иесі|иелері|әрқайсысы|әкімдігі|агенттігі|министрлігі|министрліктері|орталығы)(?=[ ,])"
)
"""Nouns of those who act, in the nominative: `мекемелері`, `сатушы`, `Тараптар`."""
_ATTRIBUTE_NEXT = re.compile(r"(?:туралы|жөніндегі|үшін|арасындағы|сияқты)$")


@dataclass(frozen=True)
class Candidate:
    """A body or party class named in a clause."""

    start: int
    end: int
    label: str
    """Dictionary name."""
    case: str
    """nominative, genitive, dative or other."""


def matcher(lexicon: Lexicon) -> Matcher:
    """The names of party classes."""
    return Matcher((name, entry) for entry in lexicon.parties for name in entry.surfaces)


class Bearers:
    """All candidates of a text, found once."""

    def __init__(self, context: Context, bodies: list[BodyMention]) -> None:
        self._context = context
        tokens = context.tokens
        named = sorted((b.start, b.end) for b in bodies if not b.more)
        found = []
        for first, after, entry in context.matchers["parties"].find(tokens):
            start, end = tokens.starts[first], tokens.ends[after - 1]
            at = bisect_right(named, (start, 1 << 60)) - 1
            if at >= 0 and named[at][1] >= end:
                continue  # a word of a body's name
            word = tokens.words[after - 1]
            case = self._case(word, end, _last_words(entry.surfaces), single=after - first == 1)
            found.append(Candidate(start, end, entry.kk, case))
        for body in bodies:
            if not body.more:
                word = context.low[body.start : body.end].rsplit(" ", 1)[-1]
                base = _last_words((body.label, *context.lexicon.body_names(body.id)))
                case = self._case(word, body.end, base, single=False)
                found.append(Candidate(body.start, body.end, body.label, case))
        self.candidates = sorted(found, key=lambda c: (c.start, -c.end))
        self._starts = [c.start for c in self.candidates]

    def _case(self, word: str, end: int, base: frozenset[str], *, single: bool) -> str:
        """The case of a name, by its last word and the word after it; `base`: its nominatives."""
        following = _NEXT.match(self._context.low, end)
        after = following.group(1) if following else ""
        if word in base:
            attribute = single and _is_possessed(after)
            return "other" if attribute or _ATTRIBUTE_NEXT.match(after) else "nominative"
        if is_genitive(word):
            return "genitive"
        if word.endswith(("ға", "ге", "қа", "ке", "ына", "іне")):
            return "dative"
        return "other"

    def between(self, start: int, end: int) -> list[Candidate]:
        """Candidates inside a range, in order."""
        out = []
        for at in range(bisect_left(self._starts, start), len(self.candidates)):
            candidate = self.candidates[at]
            if candidate.start >= end:
                break
            if candidate.end <= end:
                out.append(candidate)
        return out

    def subject(self, start: int, end: int) -> Candidate | None:
        """The first candidate in the nominative."""
        return next((c for c in self.between(start, end) if c.case == "nominative"), None)

    def agent(self, start: int, end: int) -> Candidate | None:
        """A subject that the lexicons lack: the first noun of somebody who acts."""
        low = self._context.low
        for match in _AGENT.finditer(low, start, end):
            single = not match.group().endswith(("ы", "і")) or match.group().endswith(("шы", "ші"))
            base = frozenset((match.group(1),))
            if self._case(match.group(1), match.end(), base, single=single) != "nominative":
                continue
            before = low.rfind(" ", start, match.start() - 1) + 1
            first = max(start, before)
            return Candidate(first, match.end(), low[first : match.end()], "nominative")
        return None

    def in_case(self, start: int, end: int, *cases: str) -> Candidate | None:
        """The first candidate in one of the cases."""
        return next((c for c in self.between(start, end) if c.case in cases), None)

    def owner(self, start: int, end: int) -> Candidate | None:
        """The last candidate in the genitive, else the last of any case."""
        found = self.between(start, end)
        genitive = [c for c in found if c.case == "genitive"]
        ranked = genitive or found
        return ranked[-1] if ranked else None

    def nearest(self, start: int, end: int) -> Candidate | None:
        """The last candidate before `end`, whatever its case: what `ол` stands for."""
        for at in range(bisect_left(self._starts, end) - 1, -1, -1):
            candidate = self.candidates[at]
            if candidate.start < start:
                break
            if candidate.end <= end:
                return candidate
        return None

    def plural_noun(self, start: int, end: int) -> tuple[int, int] | None:
        """A subject the lexicons lack: the last plural nominative (`запастағы офицерлер`)."""
        last = None
        for match in _PLURAL_NOUN.finditer(self._context.low, start, end):
            last = (match.start(1), match.end(1))
        return last


@lru_cache(maxsize=4096)
def _last_words(names: tuple[str, ...]) -> frozenset[str]:
    """The last word of each name, in lower case."""
    return frozenset(name.lower().rsplit(" ", 1)[-1] for name in names)


def _is_possessed(word: str) -> bool:
    """Whether a noun belongs to the bare noun before it: `бала құқықтары`, not `бала табиғатты`."""
    if word.startswith("өз") or word in _NOT_POSSESSED:
        return False
    if _ACCUSATIVE.search(word) or _ATTRIBUTE.search(word):
        return False
    return _POSSESSED.search(word) is not None
