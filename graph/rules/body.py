"""Bodies: ministries, other organs of the State, international organisations, institutions.

Found by name (lexicon), by abbreviation (`ҚР БҒМ`), by coordination under one head (`Қорғаныс,
Ішкі істер министрліктері`), by the pattern of a name (`Х министрлігінің Y департаменті`, `Ішкі
істер министрі`).
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from graph.context import Context
from graph.lexicon import Entry, Lexicon
from graph.matcher import Matcher
from graph.model import BodyMention
from graph.rules.body_context import again, aliases, inside, merged, of_the_issuer
from graph.rules.institution import attached, foreign, genitive, periodicals, quoted
from graph.rules.local import by_level, local, several, standing
from graph.rules.organ import bare, following, national
from graph.rules.own_level import own_level
from graph.text.morphology import is_genitive

_L = "[а-яәғқңөұүһі]"
_MINISTRY = re.compile(rf"(?<![\w-])министрлі(?:гі|ктері){_L}*")
_MINISTER = re.compile(
    rf"(?<![\w-])(?P<vice>вице-)?министрі(?!г|к)(?:нің|не|н|нде|нен|мен)?(?!{_L}|-)"
)
_HEAD = " министрлігі"
_UNIT_TYPES = {
    "департаменті": "department",
    "басқармасы": "department",
    "бөлімі": "department",
    "комитеті": "committee",
    "агенттігі": "agency",
    "орталығы": "centre",
    "академиясы": "school",
    "қызметі": "other",
    "инспекциясы": "other",
    "институты": "other",
    "аппараты": "other",
    "комиссиясы": "commission",
    "палатасы": "other",
    "төралқасы": "other",
}
"""Heads of units of a larger body, and their code of kzc:bodyType."""
_HEADS = "|".join(_UNIT_TYPES)
_UNIT = re.compile(
    rf"\s((?:[^\s.,;:()\"«»]+ ){{0,9}}?(?:(?:{_HEADS}) )*({_HEADS}))"
    rf"((?:нің|ның|не|на|н|нде|нда|нен|нан|мен)?)(?!{_L}|-)(?! (?:{_HEADS})(?!{_L}))"
)
_GOES_ON = re.compile(
    rf"( (?:және|мен) (?:{_L}+ ){{1,5}}?({_HEADS}))((?:нің|ның|не|на|н|нде|нда|нен|нан|мен)?)"
    rf"(?!{_L}|-)"
)
"""`Тіркеу қызметі және құқықтық көмек көрсету комитеті`: one name."""
_JOINED_CASES = ("", "нің", "ның")
_COMMON = ("аумақтық", "тиісті", "жергілікті", "құрылымдық", "осы", "басқа", "өзге", "мүдделі")
"""Adjectives of units in general."""
_UNITLESS = {"head-of-state", "un-organ", "igo", "office-holder", "government"}
"""Types of bodies that what follows in a name does not belong to."""
_OWNER = re.compile(
    r"(?:министрлігінің|комитетінің|ұйымының|агенттігінің|прокуратурасының|сотының"
    r"|(?:президенті|үкіметі|парламенті|премьер-министрі)нің)(?= )"
)
_GAZETTE = re.compile(r" ведомост")
"""`Қазақ ССР Жоғарғы Советі мен Үкіметінің Ведомостары`: a gazette of the Kazakh SSR."""
_CLOSED = ("мен", "бен", "пен", " министрлігі")
"""What a name before a plural head ends in, if it does not share the head."""
_JOINT = re.compile(r"(?:, | және |, сондай-ақ )$")
_LONGEST_NAME = 9
"""Words in the name of a ministry."""
_MOST_JOINED = 30
"""Ministries under one head."""


class Words(frozenset[str]):
    """Words that a name may begin with; a word with a hyphen counts by what stands before it."""

    def __contains__(self, word: object) -> bool:
        """Whether the word, or its beginning up to a hyphen, is one of them."""
        known = super().__contains__
        return known(word) or known(str(word).partition("-")[0])


def matcher(lexicon: Lexicon) -> Matcher:
    """The names of all bodies that are named, not only described."""
    return Matcher(
        (name, entry) for entry in lexicon.bodies if not entry.generic for name in entry.surfaces
    )


def find(context: Context) -> list[BodyMention]:
    """All mentions of bodies, in order of their start, a whole before its parts."""
    found = foreign(context, list(dict.fromkeys(_named(context))))
    ends = {body.end for body in found}
    found += [body for body in _ministries(context) if body.end not in ends or body.more]
    ends |= {body.end for body in found}
    found += [body for body in _ministers(context) if body.end not in ends]
    found += _short(context)
    ends |= {body.end for body in found}
    found += [body for body in local(context) if body.end not in ends]
    found += list(standing(context, found))
    found += list(_units(context, found))
    ends = {body.end for body in found}
    found += [body for body in attached(context, found) if body.end not in ends]
    found += list(national(context, found))
    found += list(following(context, found))
    found += several(context)
    found += list(by_level(context, found))
    found += list(own_level(context, found))
    found += list(of_the_issuer(context, found))
    taken = {(body.start, body.end) for body in found}
    found += [body for body in quoted(context) if (body.start, body.end) not in taken]
    covered = merged(found)
    found += [body for body in periodicals(context) if not inside(covered, body.start + 1)]
    found += list(aliases(context, found))
    found += list(bare(context, found))
    found += list(again(context, found))
    return sorted(found, key=lambda body: (body.start, -body.end))


def _own(name: str) -> bool:
    """Whether a name in small letters is one unit's: `республикалық құқықтық ақпарат орталығы`."""
    words = name.split(" ")
    tells = words[-1] in ("орталығы", "институты") or "жөніндегі" in words
    return 2 < len(words) < 8 and words[0] not in _COMMON and tells


# Names of the lexicon.


def _named(context: Context) -> Iterator[BodyMention]:
    """Names, with the country's name or the possessor before them."""
    tokens = context.tokens
    before: BodyMention | None = None
    for first, after, entry in context.matchers["bodies"].find(tokens):
        start, end = tokens.starts[first], tokens.ends[after - 1]
        begin = context.country_before(start)
        if before and before.genitive and before.type == "igo" and before.end + 1 == start:
            begin = before.start  # `БҰҰ-ның Бала құқықтары жөніндегі комитеті`
        if _GAZETTE.match(context.low, end):
            continue
        genitive = is_genitive(tokens.words[after - 1])
        before = _mention(begin, end, "body-name", entry, genitive=genitive)
        yield before
        owner = _owner(context, entry, start, end)
        if owner:
            yield owner


def _mention(start: int, end: int, rule: str, entry: Entry, *, genitive: bool) -> BodyMention:
    return BodyMention(
        start, end, rule, id=entry.id, label=entry.kk, type=entry.type, genitive=genitive
    )


def _owner(context: Context, entry: Entry, start: int, end: int) -> BodyMention | None:
    """The possessor inside a name: `Қорғаныс министрлігінің Кадет корпусы`."""
    match = _OWNER.search(context.low, start, end)
    if not match or match.end() == end:
        return None
    tokens = context.tokens
    stop = tokens.index(match.end())
    for i in range(tokens.index(start), stop):
        hit = context.matchers["bodies"].at(tokens, i, stop)
        if hit and hit[0] == stop and hit[1].id != entry.id:
            begin = context.country_before(tokens.starts[i])
            return _mention(begin, match.end(), "body-possessor", hit[1], genitive=True)
    return None


@cache
def _by_name(lexicon: Lexicon) -> dict[str, Entry]:
    """Bodies by every name, in lower case."""
    return {name.lower(): e for e in reversed(lexicon.bodies) for name in e.surfaces}


@cache
def _ministries_by_last_word(lexicon: Lexicon) -> dict[str, list[tuple[str, Entry]]]:
    """Names of ministries without their head, longest first, by their last word."""
    table: dict[str, list[tuple[str, Entry]]] = {}
    for name, entry in _by_name(lexicon).items():
        if entry.type == "ministry" and name.endswith(_HEAD):
            stem = name.removesuffix(_HEAD)
            table.setdefault(stem.rsplit(" ", 1)[-1], []).append((stem, entry))
    for rows in table.values():
        rows.sort(key=lambda row: (-len(row[0]), row[1].id))
    return table


# Ministries and ministers by pattern.


def _ministries(context: Context) -> Iterator[BodyMention]:
    """Ministries that the lexicon lacks, and several under one head."""
    for match in context.matches(_MINISTRY, lambda word: word.startswith("министрлі")):
        plural = match.group().startswith("министрліктері")
        names = _names_before(context.text, match.start() - 1, plural=plural)
        for k, (start, end) in enumerate(reversed(names)):
            label = context.text[start:end] + _HEAD
            entry = _by_name(context.lexicon).get(label.lower())
            yield BodyMention(
                context.country_before(start),
                end if k else match.end(),
                "body-coordination" if plural else "body-pattern",
                more=((match.start(), match.end()),) if k else (),
                id=entry.id if entry else "",
                label=entry.kk if entry else _capital(label),
                type="ministry",
                genitive=is_genitive(match.group()),
            )


def _names_before(text: str, stop: int, *, plural: bool) -> list[tuple[int, int]]:
    """Ranges of the ministry names that end at `stop`; several before a plural head."""
    names: list[tuple[int, int]] = []
    while len(names) < _MOST_JOINED:
        start = _name_start(text, stop)
        if start is None or text[start:stop].endswith(_CLOSED):
            break  # `Бас прокуратурамен, Ішкі істер министрліктерімен`
        names.insert(0, (start, stop))
        joint = _JOINT.search(text, max(0, start - 12), start)
        if not plural or not joint:
            break
        stop = joint.start()
    return names


def _name_start(text: str, stop: int) -> int | None:
    """Start of a name: the nearest word to the left with a capital, a few words away."""
    at = stop
    for _ in range(_LONGEST_NAME):
        begin = max(text.rfind(" ", 0, at), text.rfind("\n", 0, at)) + 1
        word = text[begin:at]
        if not word or word[-1] in '.;:()"«»':
            return None
        if word[0].isupper():
            return None if word.startswith(("Республика", "Қазақстан")) else begin
        if not word[0].islower() or begin == 0:
            return None
        at = begin - 1
    return None


def _ministers(context: Context) -> Iterator[BodyMention]:
    """An office, named after the ministry: `Ішкі істер министрі`."""
    known = _ministries_by_last_word(context.lexicon)
    offices = ("министрі", "вице-министрі")
    for match in context.matches(_MINISTER, lambda word: word.startswith(offices)):
        stop = match.start() - 1
        begin = max(context.low.rfind(" ", 0, stop), context.low.rfind("\n", 0, stop)) + 1
        rows = known.get(context.low[begin:stop], ())
        row = next((row for row in rows if context.low.endswith(row[0], 0, stop)), None)
        start = stop - len(row[0]) if row else _name_start(context.text, stop)
        if start is None:
            continue
        name = row[1].kk.removesuffix(_HEAD) if row else context.text[start:stop]
        yield BodyMention(
            context.country_before(start),
            match.end(),
            "body-office",
            id=f"{row[1].id}-minister" if row and not match["vice"] else "",
            label=f"{_capital(name)} {match['vice'] or ''}министрі",
            type="office-holder",
            genitive=is_genitive(match.group()),
        )


def _capital(label: str) -> str:
    return label[:1].upper() + label[1:]


# Abbreviations and units.


@cache
def _abbreviations(lexicon: Lexicon) -> tuple[dict[str, Entry], Words, re.Pattern[str]]:
    """Short names to their bodies, the words they begin with, and the pattern that finds them."""
    known = {short: entry for entry in lexicon.bodies for short in entry.short}
    names = "|".join(sorted(map(re.escape, known), key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w-])(ҚР )?({names})(-?{_L}{{2,4}})?(?!\w)")
    return known, Words({"қр", *(short.lower() for short in known)}), pattern


def _short(context: Context) -> Iterator[BodyMention]:
    """Abbreviations: `ҚР БҒМ`, `БҰҰ-ның`; one of two letters only after the country's."""
    known, first, pattern = _abbreviations(context.lexicon)
    for match in context.matches(pattern, first.__contains__, cased=True):
        if match.group(1) or len(match.group(2)) > 2:
            genitive = is_genitive(match.group(3) or "")
            entry = known[match.group(2)]
            yield _mention(*match.span(), "body-abbreviation", entry, genitive=genitive)


def _units(context: Context, bodies: Iterable[BodyMention]) -> Iterator[BodyMention]:
    """A department, committee or service named after the body it belongs to."""
    bodies = list(bodies)
    named = {(body.start, body.end) for body in bodies}
    starts = {body.start for body in bodies}
    for body in bodies:
        if body.type in _UNITLESS or body.more:
            continue
        match = _UNIT.match(context.low, body.end)
        office = match and match.group(1) == "аппараты"
        joined = match and (office or body.type == "ministry") and match.group(3) in _JOINED_CASES
        if not body.genitive and not joined:
            continue  # `министрлігі Қаржы комитетінің`: the last word alone is declined
        capital = match and context.text[match.start(1)].isupper()
        if not match or not (capital or office or _own(match.group(1))):
            continue
        if match.start(1) in starts or (body.start, match.end()) in named:
            continue
        longer = None if match.group(3) else _GOES_ON.match(context.text, match.end())
        match, stop = (longer, longer.end(1)) if longer else (match, match.end(1))
        name = context.text[body.end + 1 : stop]
        yield BodyMention(
            body.start,
            match.end(),
            "body-unit",
            label=f"{genitive(body.label)} {name}",
            type=_UNIT_TYPES[match.group(2)],
            genitive=is_genitive(match.group(3)),
        )
