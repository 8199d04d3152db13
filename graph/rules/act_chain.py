"""Chains of words that name an act, from its kind to the left.

«Тақырыбы туралы» Қазақстан Республикасының 2002 жылғы 8 тамыздағы N 345-II Заңына
Қазақстан Республикасы Үкіметінің 2005 жылғы 15 қазандағы N 1033 Қаулысы
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from graph.context import Context
from graph.lexicon import Entry
from graph.linking.laws import title_before
from graph.linking.slugs import fold_title
from graph.model import ActMention, BodyMention
from graph.rules.act_pointer import Pointers
from graph.rules.act_registration import REGISTERED, Registrations
from graph.rules.act_words import (
    FORMS,
    HEADS,
    OFFICE,
    OTHER_STATE,
    UNOWNED,
    Marks,
    dated_parenthesis,
)
from graph.text.morphology import is_genitive

_FILLERS = re.compile(
    r"(?<!\w)(?:атты|деген|конституциялық|бірлескен|нормативтік|халқына|қазақстан"
    r"|(?:міндетін|міндеттерін) (?:уақытша )?атқарушы(?:ның)?|м\.а\.|[a-z]\d{6,}_?"
    r"|қазақ [кс]ср-ның)$"
)
"""Words inside a chain that tell nothing about the act."""
_SIGNED = re.compile(r" (?:[а-яәғқңөұүһі.-]+ ){0,4}(?:қол қойылған|жасалған|қабылданған)")
"""Where and how a treaty was made: `1998 жылғы 6 шілдеде Мәскеуде қол қойылған ...`."""
_OFFICE = re.compile(rf" {OFFICE}$")
_SIGNS = re.compile(rf" {OFFICE} ")
_FORCE_OF_LAW = re.compile(r"заң күші бар$")
_PROVISION = re.compile(r" \(?\d[\d, –-]*(?:(?:және|мен|не|немесе) [\d–-]+)?(?:ба[бп]|тарау|бөлі)")
_PART_OF_CODE = re.compile(
    r" ?\((?:(?:жалпы|ерекше) бөлі[мк]|[\w -]{3,40} кодекс[а-яәғқңөұүһі]*)\)"
)
"""`Азаматтық кодексінің (Жалпы бөлім)`, `«... туралы» кодексінің (Салық кодексінің)`."""
_OWNED = ("қаулысы", "жарлығы", "указы", "бұйрығы", "өкімі", "шешімі")
_LIST = re.compile(r"(?:,|,? және|,? мен) ?$")
_UNQUOTED = re.compile(
    r"(?:қазақстан республикасының|қазақстан республикасы(?= мен | және | үкіметі| арасында)|қр)\s"
    r"((?:[\w-]+,? ){1,34}?туралы)\s?$"
)
_TITLE_AFTER_DATE = re.compile(
    r"(?<=[ғг][ыі]) (?!Қазақстан Респуб)([А-ЯӘҒҚҢӨҰҮҺІ][^.;:()\n]{4,250} туралы)"
)
"""`2009 жылғы 9 маусымдағы Лицензиялау ережесі туралы келісімде`."""
_VERB = re.compile(r"[а-яәғқңөұүһі]{3,}(?:ды|ді|ты|ті|сын|сін)$|бекітілген ")
_ABOUT = " туралы"
_PLURAL = re.compile("[лдт][ае]р")
_LAWS = "заңдар"
"""The plural without a date or number: legislation in general."""
_LEAD = re.compile(
    r"(?:мына|мынадай|келесі|төмендегі|кейбір)(?= )[^:;]{0,160} "
    r"(?P<noun>қаулы|бұйрық|жарлық|заң|шешім)[лдт][ае]р[а-яәғқңөұүһі]*(?= )[^:;]{0,160}:$"
)
"""The words before a list of acts that lack their noun: `мына қаулылардың күші жойылсын:`."""
_CLAUSE = re.compile(r"\d+\. ")
_AFTER_ITEM = re.compile(r" ?(?:\(|[;:,.]?$| ?[«\"“])")
_CODE_NAME = re.compile(r"\([\w -]{3,40} кодексі?\)")
_LONGEST_TITLE = 900
"""Code points; titles of amending acts list the acts they amend."""


@dataclass
class _Chain:
    """What a chain has told so far."""

    start: int
    end: int
    type: str
    number: str = ""
    date: str = ""
    title: str = ""
    slug: str = ""
    issuer: str = ""
    core: int | None = None


class Chains:
    """Chains that end in the noun of a kind of act."""

    def __init__(
        self, context: Context, known: Marks, aliases: set[str], bodies: list[BodyMention]
    ) -> None:
        self.context = context
        self.pointers = Pointers(context, aliases, bodies)
        self.text, self.low = context.text, context.low
        self.tokens = context.tokens
        self.marks = known
        self.registrations = Registrations(context, known)
        self.codes: dict[int, tuple[int, Entry]] = {
            after: (first, entry)
            for first, after, entry in context.matchers["codes"].find(self.tokens)
        }
        self.named_laws: dict[int, tuple[int, Entry]] = {
            after: (first, entry)
            for first, after, entry in context.matchers["laws"].find(self.tokens)
        }
        self.code_titles = {
            fold_title(title): entry.id
            for entry in reversed(context.lexicon.codes)
            for title in entry.titles
        }

    def find(self) -> Iterator[ActMention]:
        """Every chain and every pointer (`осы Заң`), by its noun."""
        for i in self.tokens.spots(FORMS.keys()):
            word = self.tokens.words[i]
            noun = FORMS[word]
            mention = self._chain(i, noun) or self.pointers.at(i, noun)
            if mention:
                yield mention
                several = _PLURAL.match(word, len(noun)) or mention.number
                if mention.rule == "act-chain" and several:
                    yield from self._listed(mention)

    def led(self) -> Iterator[ActMention]:
        """Acts of a list that says only above it what they are: `1998 жылғы 3 мамырдағы N 8;`."""
        kind, issuer = "", ""
        for block in self.context.normalised.blocks:
            lead = _LEAD.search(self.low, block.start, block.end)
            if lead:
                kind = HEADS[lead["noun"]]
                bodies = self.marks.bodies_in(block.start, lead.start("noun"))
                issuer = (bodies[-1].id or bodies[-1].label) if bodies else ""
                if kind == "decision" and issuer == "government":
                    kind = "resolution"  # its `шешімдер`
                continue
            if _CLAUSE.match(self.low, block.start, block.end):
                kind = ""
            for number in self.marks.numbers_in(block.start, block.end) if kind else ():
                chain = _Chain(number.end, number.end, kind)
                if _AFTER_ITEM.match(self.low, number.end, block.end):
                    self._walk(chain)
                if chain.date:
                    chain.issuer = chain.issuer or issuer
                    yield ActMention(rule="act-chain", **vars(chain))

    def _chain(self, i: int, noun: str) -> ActMention | None:
        word = self.tokens.words[i]
        chain = _Chain(self.tokens.starts[i], self.tokens.ends[i], HEADS[noun])
        code = self.codes.get(i + 1)
        if code:
            first, entry = code
            chain.start, chain.slug = self.tokens.starts[first], entry.id
        elif i + 1 in self.named_laws:
            first, entry = self.named_laws[i + 1]
            chain.start, chain.title = self.tokens.starts[first], entry.kk
        elif self.text.endswith("Негізгі ", 0, chain.start) and self.text[chain.start] == "З":
            chain.start, chain.type = self.tokens.starts[i - 1], "constitution"
            chain.slug = "constitution"
        elif noun == "конституция" and self.text[chain.start].isupper():
            chain.slug = "constitution"
        self._take_quotation(chain)
        self._walk(chain)
        self._look_after(chain)
        if noun == "кодекс" and chain.title and not chain.slug:
            title = _CODE_NAME.sub("", fold_title(chain.title)).strip()
            chain.slug = self.code_titles.get(title, "")
        if not (chain.number or chain.date or chain.title or chain.slug):
            return None
        quoted = chain.title and not self.text[chain.start].isalnum()
        if word.startswith(_LAWS) and not (chain.number or chain.date or quoted):
            return None
        return ActMention(rule="act-code" if code else "act-chain", **vars(chain))

    def _take_quotation(self, chain: _Chain) -> None:
        """Where the noun closes a quotation, what is quoted is the name: `«... туралы Келісім»`."""
        opening = self.context.quotes.by_end.get(chain.end + 1)
        if opening is None or chain.slug or chain.start - opening < 2:
            return
        name = self.text[opening + 1 : chain.start].strip()
        if chain.end - opening < _LONGEST_TITLE and name.lower().endswith(_ABOUT.strip()):
            chain.title, chain.start = name, opening + 1

    def _listed(self, last: ActMention) -> Iterator[ActMention]:
        """The acts before the last of a list: `«...» 2001 жылғы ... № 211 және «...» заңдарына`."""
        start = last.start
        while match := _LIST.search(self.low, max(0, start - 8), start):
            chain = _Chain(match.start(), match.start(), last.type)
            self._walk(chain)
            whole = chain.number and chain.date
            if not (whole or (chain.title and not last.number)):
                return
            yield ActMention(rule="act-chain", **vars(chain))
            start = chain.start

    def _walk(self, chain: _Chain) -> None:
        """Take in what belongs to the chain, from right to left."""
        while True:
            at = chain.start
            if at and self.low[at - 1] in " \n":
                at -= 1
            identified = bool(chain.issuer and chain.date and chain.number and not chain.title)
            start = self._step(chain, at)
            if start is None or start >= chain.start:
                return
            if identified and chain.title:
                chain.core = chain.start
            chain.start = start

    def _step(self, chain: _Chain, at: int) -> int | None:
        """The start of the component that ends at `at`, noting what it tells."""
        stopped = at - (self.low[at - 1 : at] == ".")  # `2008.01.31. N 82`
        date = self.marks.dates.get(at) or self.marks.dates.get(stopped)
        if date and not chain.date:
            chain.date = date.value
            return date.start
        own = None if chain.number else self.registrations.inline(at)
        if own is not None:
            return own
        number = self.marks.numbers.get(at)
        if number and not chain.number:
            chain.number = number.value
            return number.start
        title = self._title(chain, at)
        if title is not None:
            return title
        body = self.marks.bodies.get(at)
        owner = body and (body.genitive or self._is_owned(chain) or _SIGNS.match(self.low, at))
        if body and owner and not chain.issuer:
            chain.issuer = body.id or body.label
            return body.start
        country = self.context.country_before(at + 1)
        if country <= at:
            return country
        force = _FORCE_OF_LAW.search(self.low, max(0, at - 14), at)
        if force and chain.type == "decree":
            chain.type = "decree-force-of-law"
            return force.start()
        if at and self.context.quotes.by_end.get(chain.end + 1) == at - 1:
            return at - 1  # `1994 жылғы 8 тамыздағы «... туралы Келісімнің»`
        dates = self.marks.dates_in(max(0, at - 120), at)
        if dates and not chain.date and _SIGNED.fullmatch(self.low, dates[-1].end, at):
            return dates[-1].end
        office = _OFFICE.search(self.low, max(0, at - 20), at)
        if office and office.start() in self.marks.bodies:
            return office.start() + 1
        filler = _FILLERS.search(self.low, max(0, at - 34), at)
        return filler.start() if filler else self._over_registration(chain, at)

    def _is_owned(self, chain: _Chain) -> bool:
        """Whether the noun says that somebody issued it: `Үкіметі қаулысының`."""
        noun = self.low[self.low.rfind(" ", 0, chain.end) + 1 : chain.end]
        return noun.startswith(_OWNED)

    def _over_registration(self, chain: _Chain, at: int) -> int | None:
        """The start of what is told of an act's registration before its noun."""
        opening = self.registrations.opening(at)
        if opening is None:
            return None
        if chain.type == "code" and _CODE_NAME.fullmatch(self.low, opening, at):
            return opening  # `«... туралы» (Салық кодексі) Қазақстан Республикасының Кодексі`
        if chain.title and not REGISTERED.search(self.low, opening, at):
            return None
        return self.registrations.in_parenthesis(at, numbered=bool(chain.number))

    def _title(self, chain: _Chain, at: int) -> int | None:
        """The start of a title that ends at `at`: quoted, with `туралы` outside, or not quoted."""
        if chain.title:
            return None
        by_end = self.context.quotes.by_end
        quoted = by_end.get(at)
        if quoted is not None and self._is_name(quoted, at):
            return None  # `«... Келісімнің» ережелері`
        if quoted is not None and at - quoted < _LONGEST_TITLE:
            chain.title = self.text[quoted + 1 : at - 1].strip()
            return quoted
        if not self.low.endswith(_ABOUT, 0, at) or chain.slug:
            return None
        stop = at - len(_ABOUT)
        quoted = by_end.get(stop)
        if quoted is not None:
            chain.title = self.text[quoted + 1 : stop - 1].strip() + _ABOUT
            return quoted
        known = self._code_title(chain, at)
        if known is not None:
            return known
        law = title_before(self.context.lexicon, self.low, at) if chain.type == "law" else None
        if law is not None and self.text[law].isupper():
            chain.title = self.text[law:at]  # `Халықтың көші-қоны туралы ҚР Заңына`
            return law
        before = self.low.rfind(_ABOUT, max(0, at - 300), stop)
        floor = before + len(_ABOUT) if before >= 0 else max(0, at - 300)
        match = _UNQUOTED.search(self.low, floor, at)
        if match and not _VERB.search(match.group(1).removesuffix(_ABOUT)):
            between = " арасындағы " in match.group()
            if chain.type == "treaty" and not between:
                return None  # `тұрғын үй беру туралы шартпен`: a contract
            if not between and UNOWNED.match(self.low, at):
                return None
            other = OTHER_STATE.search(self.text, floor, match.start()) if between else None
            start = other.start() if other else match.start()
            chain.title = self.text[start if between else match.start(1) : match.end(1)]
            return start
        dates = self.marks.dates_in(floor, at)
        dated = dates and _TITLE_AFTER_DATE.fullmatch(self.text, dates[-1].end, at)
        if dated and not _VERB.search(self.low, dates[-1].end, at - len(_ABOUT)):
            chain.title = dated.group(1)
            return dates[-1].end + 1
        return None

    def _is_name(self, start: int, end: int) -> bool:
        """Whether a quotation is the whole name of an act, its noun in an oblique case."""
        last = self.low[start + 1 : end - 1].rsplit(" ", 1)[-1]
        return last in FORMS and is_genitive(last)

    def _code_title(self, chain: _Chain, at: int) -> int | None:
        """The start of a code's title before the country: `... туралы ҚР кодексі`."""
        if chain.type != "code":
            return None
        for title, id in self.code_titles.items():
            if self.low.endswith(title, 0, at):
                chain.slug = id
                return at - len(title)
        return None

    def _look_after(self, chain: _Chain) -> None:
        """Date and number after the kind: `Заңы (2005 жылғы 8 шілдедегі N 74-III ҚРЗ)`."""
        part = _PART_OF_CODE.match(self.low, chain.end)
        if part and chain.type == "code":
            chain.end = part.end()
        told = None if chain.date else dated_parenthesis(self.context, chain.end)
        if told:
            chain.date, number, chain.end = told
            chain.number = chain.number or number
