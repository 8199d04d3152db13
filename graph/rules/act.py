"""Legal acts: laws, codes, decrees, resolutions, orders, decisions, treaties, addresses, reports.

An act is named by a chain of words that ends in its kind:
    «Тақырыбы туралы» Қазақстан Республикасының 2002 жылғы 8 тамыздағы N 345-II Заңына
    Қазақстан Республикасы Үкіметінің 2005 жылғы 15 қазандағы N 1033 Қаулысы
    Қазақстан Республикасы Қылмыстық кодексінің, Конституцияда, Баланың құқықтары туралы конвенция
The rule finds the kind and walks to the left while the words before it belong to the chain.
Notes of the publisher name acts without a kind each: `2011.12.26 N 517-IV, 2014.01.05 N 3-V Заңдарымен`.
"""

import re
from dataclasses import dataclass, replace

from graph.context import Context
from graph.lexicon import Entry, Lexicon, Matcher
from graph.model import ActMention, BodyMention
from graph.morphology import CASES, PLURALS, POSSESSIVES
from graph.numerals import DATE, iso_date
from graph.tokens import words_of

HEADS = {
    "заң": "law",
    "кодекс": "code",
    "жарлық": "decree",
    "қаулы": "resolution",
    "бұйрық": "order",
    "өкім": "order",
    "шешім": "decision",
    "жолдау": "address",
    "конституция": "constitution",
    "декларация": "declaration",
    "баяндама": "report",
    "қағида": "rules",
    "ереже": "rules",
    "нұсқаулық": "rules",
    "регламент": "rules",
    "конвенция": "treaty",
    "хаттама": "treaty",
    "пакт": "treaty",
    "келісім": "treaty",
    "шарт": "treaty",
    "жарғы": "rules",
}
"""Nouns that name a kind of act, and its code of kzc:docType."""
SELF = {*HEADS} - {"жолдау", "шарт"}


def _forms() -> dict[str, str]:
    forms: dict[str, str] = {}
    for noun in HEADS:
        soft = noun[:-1] + {"қ": "ғ", "к": "г"}.get(noun[-1], noun[-1])
        for stem, endings in ((noun, ["", *PLURALS]), (soft, [""])):
            for plural in endings:
                for owner in ("", *POSSESSIVES):
                    for case in ("", *CASES):
                        forms[stem + plural + owner + case] = noun
    return forms


FORMS = _forms()
"""Every inflected form of a head noun to the noun."""

NUMBER = re.compile(
    r"(?<![a-zа-яәғқңөұүһі])(?:№|nо|no|n|n°)\s?((?:қр\s)?[а-яәғқңөұүһіa-z]{0,4}-?\d[\w/.-]*?)(?=[\s,;:)\"»]|\.?(?:\s|$))(\s?қрз)?"
)
_STEP_WORDS = re.compile(
    r"(?:атты|деген|конституциялық|бірлескен|нормативтік|халқына|қазақстан|(?:міндетін|міндеттерін) (?:уақытша )?атқарушы(?:ның)?|м\.а\.)$"
)
_FORCE_OF_LAW = re.compile(r"заң күші бар$")
_PARENTHESIS = re.compile(r"\s?\(([^()]{4,80})\)")
_ALIAS = re.compile(r"\(\s*бұдан (?:әрі|былай)(?: мәтін бойынша)?\s*[-–—]\s*([^()]{2,80}?)\s*\)")
_UNQUOTED = re.compile(r"(?:қазақстан республикасының|қр)\s((?:[\w-]+,? ){1,16}?туралы)\s?$")
_STAMP = re.compile(r"\s(?:(?:\d+-\s?)?қосымша|бекітілген|мақұлданған|енгізілген)(?:\b|$)")
_VERB = re.compile(r"[а-яәғқңөұүһі]{3,}(?:ды|ді|ты|ті|сын|сін)$")


@dataclass
class _Parts:
    """What a chain has told so far."""

    start: int
    end: int
    type: str
    number: str = ""
    date: str = ""
    title: str = ""
    slug: str = ""
    issuer: str = ""

    @property
    def specific(self) -> bool:
        return bool(self.number or self.date or self.title or self.slug)


def matchers(lexicon: Lexicon) -> dict[str, Matcher]:
    """The names of codes and of treaties."""
    return {
        "codes": Matcher((name, e) for e in lexicon.codes for name in e.surfaces),
        "treaties": Matcher((name, e) for e in lexicon.treaties for name in e.surfaces),
    }


def find(context: Context, bodies: list[BodyMention]) -> list[ActMention]:
    """All mentions of acts, in order of their start."""
    return _Finder(context, bodies).find()


class _Finder:
    def __init__(self, context: Context, bodies: list[BodyMention]) -> None:
        self.context = context
        self.text, self.low = context.text, context.low
        self.bodies: dict[int, BodyMention] = {}
        for body in bodies:
            known = self.bodies.get(body.end)
            if not body.more and (known is None or body.start < known.start):
                self.bodies[body.end] = body
        self.dates: dict[int, tuple[int, str]] = {}
        for match in DATE.finditer(self.low):
            iso = iso_date(match)
            if iso:
                self.dates[match.end()] = (match.start(), iso)
        self.numbers = {
            m.end(): (m.start(), _number(self.text[m.start(1) : m.end(1)]))
            for m in NUMBER.finditer(self.low)
        }
        tokens = context.tokens
        self.codes: dict[int, tuple[int, Entry]] = {
            after: (first, entry) for first, after, entry in context.matchers["codes"].find(tokens)
        }

    def find(self) -> list[ActMention]:
        found = [
            *self._treaties(),
            *self._chains(),
            *self._reports(),
            *self._notes(),
            *self._stamps(),
            *self._titles(),
        ]
        found = _longest(found)
        found += self._aliases(found)
        found += self._alias_uses(found)
        return sorted((self._placed(m) for m in _longest(found)), key=lambda m: (m.start, -m.end))

    # Chains that end in the noun of a kind of act.

    def _chains(self) -> list[ActMention]:
        found = []
        tokens = self.context.tokens
        for i, word in enumerate(tokens.words):
            noun = FORMS.get(word)
            if noun is None:
                continue
            mention = self._chain(i, noun) or self._pointer(i, noun)
            if mention:
                found.append(mention)
        return found

    def _chain(self, i: int, noun: str) -> ActMention | None:
        tokens = self.context.tokens
        parts = _Parts(tokens.starts[i], tokens.ends[i], HEADS[noun])
        code = self.codes.get(i + 1)
        if code:
            first, entry = code
            parts.start, parts.slug = tokens.starts[first], entry.id
            parts.type = "constitution" if noun == "конституция" else "code"
        elif noun == "конституция" and self.text[parts.start].isupper():
            parts.slug = "constitution"
        self._walk(parts)
        self._after(parts, bool(code))
        if not parts.specific:
            return None
        if parts.type in ("treaty", "rules") and not (parts.title or parts.number or parts.date):
            return None
        rule = "act-code" if code else "act-chain"
        return ActMention(
            parts.start,
            parts.end,
            rule,
            type=parts.type,
            number=parts.number,
            date=parts.date,
            title=parts.title,
            slug=parts.slug,
            issuer=parts.issuer,
        )

    def _walk(self, parts: _Parts) -> None:
        """Take in what belongs to the chain, from right to left."""
        while True:
            at = parts.start
            if at and self.low[at - 1] in " \n":
                at -= 1
            start = self._step(parts, at)
            if start is None or start >= parts.start:
                return
            parts.start = start

    def _step(self, parts: _Parts, at: int) -> int | None:
        """The start of the component that ends at `at`, noting what it tells."""
        low = self.low
        if at in self.dates and not parts.date:
            parts.date = self.dates[at][1]
            return self.dates[at][0]
        if at in self.numbers and not parts.number:
            start, parts.number = self.numbers[at]
            return start
        quoted = self.context.quotes.by_end.get(at)
        if quoted is not None and not parts.title and at - quoted < 900:
            parts.title = self.text[quoted + 1 : at - 1].strip()
            return quoted
        if low.endswith("туралы", 0, at) and not parts.title and not parts.slug:
            quoted = self.context.quotes.by_end.get(at - len(" туралы"))
            if quoted is not None:
                parts.title = self.text[quoted + 1 : at - len(" туралы") - 1].strip() + " туралы"
                return quoted
            match = _UNQUOTED.search(low, max(0, at - 220), at)
            if match and not _VERB.search(match.group(1).split(" туралы")[0]):
                parts.title = self.text[match.start(1) : match.end(1)]
                return match.start()
            return None
        body = self.bodies.get(at)
        if body and body.genitive and not parts.issuer:
            parts.issuer = body.id or body.label
            return body.start
        country = self.context.country_before(at + 1)
        if country <= at:
            return country
        force = _FORCE_OF_LAW.search(low, max(0, at - 14), at)
        if force and parts.type == "decree":
            parts.type = "decree-force-of-law"
            return force.start()
        word = _STEP_WORDS.search(low, max(0, at - 34), at)
        return (
            word.start()
            if word and (word.start() == 0 or not low[word.start() - 1].isalnum())
            else None
        )

    def _after(self, parts: _Parts, code: bool) -> None:
        """`... Заңы (2005 жылғы 8 шілдедегі N 74-III ҚРЗ)`: date and number that follow the kind."""
        match = _PARENTHESIS.match(self.low, parts.end)
        if not match or parts.date:
            return
        inside = self.low[match.start(1) : match.end(1)]
        date = DATE.match(inside)
        number = NUMBER.search(inside)
        if date and iso_date(date) and (number or not inside[date.end() :].strip()):
            parts.date = iso_date(date) or ""
            if number and not parts.number:
                at = match.start(1) + number.start(1)
                parts.number = _number(self.text[at : at + len(number.group(1))])
            parts.end = match.end()

    def _pointer(self, i: int, noun: str) -> ActMention | None:
        """`осы Заң`, `аталған Кодекс`, and a bare noun with a capital: `Хаттамаға`."""
        tokens = self.context.tokens
        start, end = tokens.starts[i], tokens.ends[i]
        word, before = tokens.words[i], tokens.words[i - 1] if i else ""
        if before == "осы" and noun in SELF:
            return ActMention(
                tokens.starts[i - 1], end, "act-this", type=HEADS[noun], this=True, anaphor=noun
            )
        if before in ("аталған", "көрсетілген") and self.text[start].isupper():
            return ActMention(
                tokens.starts[i - 1], end, "act-anaphor", type=HEADS[noun], anaphor=noun
            )
        if self.text[start:end].isupper() and len(word) > 1:  # ҚАУЛЫ ЕТЕДІ
            return None
        if self.text[start].isupper() and not self._begins_sentence(start):
            return ActMention(start, end, "act-anaphor", type=HEADS[noun], anaphor=noun)
        if HEADS[noun] == "treaty" and self.text[start].isupper():
            return ActMention(start, end, "act-anaphor", type=HEADS[noun], anaphor=noun)
        return None

    def _begins_sentence(self, at: int) -> bool:
        before = self.text[max(0, at - 3) : at].strip()
        return not before or before[-1] in '.:;!?"»' or self.text[at - 1] == "\n"

    # Names of their own.

    def _treaties(self) -> list[ActMention]:
        tokens = self.context.tokens
        found = []
        for first, after, entry in self.context.matchers["treaties"].find(tokens):
            start, end = tokens.starts[first], tokens.ends[after - 1]
            before = self.bodies.get(start - 1)
            if before and before.id == "un":
                start = before.start
            found.append(ActMention(start, end, "act-treaty", type="treaty", slug=entry.id))
        return found

    def _notes(self) -> list[ActMention]:
        """Acts in editorial notes: a date and a number each, one noun for several."""
        found = []
        for note in self.context.structure.notes:
            low = self.low
            for end, (start, number) in self.numbers.items():
                if not note.start <= start < note.end:
                    continue
                at = start - 1 if low[start - 1] == " " else start
                if at not in self.dates:
                    continue
                begin, date = self.dates[at]
                noun = _noun_after(low[end : note.end])
                if not noun:
                    continue
                kind, close = noun
                stop = end + close if close and close < 24 else end
                if low.startswith("қр ", begin - 3):
                    begin -= 3
                found.append(
                    ActMention(begin, stop, "act-note", type=kind, number=number, date=date)
                )
        return found

    def _stamps(self) -> list[ActMention]:
        """`Қазақстан Республикасы Үкіметінің 2022 жылғы № 5 қаулысына қосымша`, and the heading line."""
        found = []
        tokens = self.context.tokens
        for block in self.context.normalised.blocks:
            if block.end - block.start > 300:
                continue
            low = self.low[block.start : block.end]
            if "\n" in low:
                continue
            heading = _heading(low)
            stamp = _STAMP.search(low)
            stop = stamp.start() if stamp else len(low)
            last = tokens.index(block.start + stop) - 1
            noun = (
                FORMS.get(tokens.words[last])
                if last >= 0 and tokens.starts[last] >= block.start
                else None
            )
            if noun is None or not (stamp or heading):
                continue
            parts = _Parts(block.start, tokens.ends[last], HEADS[noun])
            for end, (start, date) in self.dates.items():
                if block.start <= start < parts.end and not parts.date:
                    parts.date = date
            for end, (start, number) in self.numbers.items():
                if block.start <= start and end <= parts.end and not parts.number:
                    parts.number = number
            issuers = [
                b for b in self.bodies.values() if block.start <= b.start and b.end <= parts.end
            ]
            if not issuers or (heading and not stamp and not (parts.date or parts.number)):
                continue
            body = issuers[-1]
            found.append(
                ActMention(
                    parts.start,
                    parts.end,
                    "act-stamp" if stamp else "act-heading",
                    type=parts.type,
                    number=parts.number,
                    date=parts.date,
                    issuer=body.id or body.label,
                    this=True,
                    heading=True,
                )
            )
        return found

    def _titles(self) -> list[ActMention]:
        """The title of the approved or annexed act, wherever it is repeated."""
        found: list[ActMention] = []
        for part in self.context.structure.parts:
            if part.kind != "annex" or part.type not in ("rules", "report") or part.number != 1:
                continue
            title = self._title_of(part.start, part.end)
            if not title or any(m.start == title[0] for m in found):
                continue
            core = self.low[title[0] : title[1]].rsplit(" ", 1)[0]
            noun = FORMS.get(self.low[title[0] : title[1]].rsplit(" ", 1)[-1])
            for match in re.finditer(re.escape(core) + r" (\w+)", self.low):
                if FORMS.get(match.group(1)) != noun:
                    continue
                start = (
                    match.start() - 4
                    if self.low.endswith("осы ", 0, match.start())
                    else match.start()
                )
                found.append(
                    ActMention(
                        start,
                        match.end(),
                        "act-title",
                        type=part.type,
                        this=True,
                        annex=True,
                        heading=True,
                    )
                )
        return found

    def _reports(self) -> list[ActMention]:
        """`... шаралар туралы баяндаманы`: the report that the text holds, its title in other words."""
        if not any(part.type == "report" for part in self.context.structure.parts):
            return []
        tokens = self.context.tokens
        found = []
        for i, word in enumerate(tokens.words):
            if i and FORMS.get(word) == "баяндама" and tokens.words[i - 1] == "туралы":
                found.append(
                    ActMention(
                        tokens.starts[i - 1],
                        tokens.ends[i],
                        "act-report",
                        type="report",
                        this=True,
                        annex=True,
                        heading=True,
                    )
                )
        return found

    def _title_of(self, start: int, end: int) -> tuple[int, int] | None:
        """The block that is the title of a part: the last one before its first unit that ends in a kind."""
        units = [u.start for u in self.context.structure.units if start <= u.start < end]
        limit = units[0] if units else end
        best = None
        for block in self.context.normalised.blocks:
            if start <= block.start < limit:
                last = self.low[block.start : block.end].rsplit(" ", 1)[-1]
                if (
                    FORMS.get(last) in ("қағида", "ереже", "нұсқаулық", "баяндама")
                    and block.end - block.start > 20
                ):
                    best = (block.start, block.end)
        return best

    # Short names.

    def _aliases(self, found: list[ActMention]) -> list[ActMention]:
        out = []
        for match in _ALIAS.finditer(self.low):
            name = self.text[match.start(1) : match.end(1)].strip('"«»“” ')
            noun = FORMS.get(name.lower().rsplit(" ", 1)[-1])
            if noun is None:
                continue
            out.append(
                ActMention(
                    match.start(),
                    match.end(),
                    "act-alias",
                    type=HEADS[noun],
                    anaphor=noun,
                    alias=name,
                    heading=True,
                )
            )
        return out

    def _alias_uses(self, found: list[ActMention]) -> list[ActMention]:
        """Later uses of an alias of several words (`Факультативтік хаттаманың`)."""
        names = {m.alias for m in found if m.alias and len(words_of(m.alias)) > 1}
        if not names:
            return []
        matcher = Matcher((name, Entry(name.lower(), name)) for name in sorted(names))
        tokens = self.context.tokens
        out = []
        for first, after, entry in matcher.find(tokens):
            start, end = tokens.starts[first], tokens.ends[after - 1]
            noun = FORMS.get(entry.id.rsplit(" ", 1)[-1], "")
            this = first > 0 and tokens.words[first - 1] == "осы"
            out.append(
                ActMention(
                    tokens.starts[first - 1] if this else start,
                    end,
                    "act-alias-use",
                    type=HEADS[noun],
                    anaphor=entry.id,
                    this=this,
                )
            )
        return out

    def _placed(self, mention: ActMention) -> ActMention:
        return replace(mention, quoted=self.context.quotes.inside(mention.start))


def _number(raw: str) -> str:
    """An act's number as it is written: no spaces, Latin roman numerals, capitals kept."""
    return raw.strip(" .-/")


def _heading(low: str) -> bool:
    """Whether a block is nothing but an act's name: issuer, date, number and kind."""
    return bool(re.match(r"(?:қазақстан республикасы|қр\b)", low)) and not low.endswith(
        (".", ";", ":", ",")
    )


def _noun_after(text: str) -> tuple[str, int] | None:
    """Kind of act named next in a note, and where the noun ends if it follows at once."""
    for match in re.finditer(r"[а-яәғқңөұүһі]+", text):
        word = match.group()
        noun = FORMS.get(word)
        if noun and word.endswith(("мен", "бен", "пен")):
            plural = re.search(r"(?:лар|лер|дар|дер|тар|тер)(?:ы|і)(?:мен|бен|пен)$", word)
            near = not text[: match.start()].strip() and not plural
            return HEADS[noun], match.end() if near else 0
    return None


def _longest(mentions: list[ActMention]) -> list[ActMention]:
    """Drop mentions that lie inside a longer one; of equals the one that says more stays."""
    order = sorted(mentions, key=lambda m: (m.start, -m.end, not m.this, not m.number))
    kept: list[ActMention] = []
    end = -1
    for mention in order:
        if mention.end <= end and not _own_mention(mention, kept):
            continue
        if kept and mention.start < kept[-1].end and mention.start == kept[-1].start:
            continue
        kept.append(mention)
        end = max(end, mention.end)
    return kept


def _own_mention(mention: ActMention, kept: list[ActMention]) -> bool:
    """A full name inside a title counts: `... хаттаманың ... шаралар туралы баяндама`."""
    return kept[-1].rule == "act-title" and mention.rule in (
        "act-treaty",
        "act-chain",
        "act-code",
        "act-title",
    )
