"""Bodies: ministries, other organs of the State, international organisations, institutions.

Found by name (lexicon), by abbreviation (`ҚР БҒМ`), by coordination under one head
(`Қорғаныс, Ішкі істер министрліктері`), by the pattern of a name (`Х министрлігінің Y департаменті`,
`Ішкі істер министрі`).
"""

import re
from collections.abc import Iterator

from graph.context import Context
from graph.lexicon import Entry, Lexicon, Matcher
from graph.model import BodyMention
from graph.morphology import is_genitive, nominative

_MINISTRY = re.compile(r"(?<![\w-])министрлі(?:гі|ктері)[а-яәғқңөұүһі]*")
_MINISTER = re.compile(r"(?<![\w-])министрі(?!г|к)(?:нің|не|н|нде|нен|мен)?(?![а-яәғқңөұүһі-])")
_UNIT_HEADS = (
    r"департаменті|комитеті|басқармасы|қызметі|инспекциясы|агенттігі|академиясы|институты|орталығы"
)
_UNIT = re.compile(
    rf"\s((?:[^\s.,;:()\"«»]+ ){{0,7}}?(?:{_UNIT_HEADS}))((?:нің|ның|не|на|н|нде|нда|нен|нан|мен)?)(?![а-яәғқңөұүһі-])"
)
_UNIT_TYPES = {
    "департаменті": "department",
    "басқармасы": "department",
    "комитеті": "committee",
    "агенттігі": "agency",
    "орталығы": "centre",
    "академиясы": "school",
}
_NAME_WORD = re.compile(r"[\w-]+$")
_ALIAS = re.compile(r"\(\s*бұдан (?:әрі|былай)(?: мәтін бойынша)?\s*[-–—]\s*([^()]{2,60})\)")


def matcher(lexicon: Lexicon) -> Matcher:
    """The names of all bodies that are named, not only described."""
    return Matcher(
        (name, entry) for entry in lexicon.bodies if not entry.generic for name in entry.surfaces
    )


def abbreviations(lexicon: Lexicon) -> dict[str, Entry]:
    """Short names to their bodies."""
    return {short: entry for entry in lexicon.bodies for short in entry.short}


def find(context: Context) -> list[BodyMention]:
    """All mentions of bodies, in order of their start."""
    named = list(dict.fromkeys(_named(context)))
    taken = {(m.start, m.end) for m in named}
    covered = _cover(named)
    more = list(_ministries(context, covered))
    covered |= _cover(more)
    more += _ministers(context, covered)
    more += _short(context)
    found = sorted([*named, *more], key=lambda m: (m.start, -m.end))
    units = [
        unit
        for body in found
        for unit in _units(context, body, found)
        if (unit.start, unit.end) not in taken
    ]
    return sorted([*found, *units], key=lambda m: (m.start, -m.end))


def _cover(mentions: list[BodyMention]) -> set[int]:
    return {m.end for m in mentions}


def _named(context: Context) -> Iterator[BodyMention]:
    """Names of the lexicon, with the country's name before them."""
    tokens = context.tokens
    before: BodyMention | None = None
    for first, after, entry in context.matchers["bodies"].find(tokens):
        start, end = tokens.starts[first], tokens.ends[after - 1]
        start = _possessor_start(context, before, start, entry) or context.country_before(start)
        before = BodyMention(
            start,
            end,
            "body-name",
            id=entry.id,
            label=entry.kk,
            type=entry.type,
            genitive=is_genitive(tokens.words[after - 1]),
        )
        yield before
        owner = _owner_inside(context, entry, tokens.starts[first], end)
        if owner:
            yield owner


def _possessor_start(
    context: Context, before: BodyMention | None, start: int, entry: Entry
) -> int | None:
    """Start of a possessor that belongs to the name (`БҰҰ-ның Бала құқықтары жөніндегі комитеті`)."""
    if (
        before
        and before.genitive
        and before.end + 1 == start
        and before.type in ("igo", "ministry")
    ):
        return before.start
    return None


def _owner_inside(context: Context, entry: Entry, start: int, end: int) -> BodyMention | None:
    """The possessor inside a name: `Қорғаныс министрлігінің Кадет корпусы` names the ministry too."""
    match = re.search(
        r"(?:министрлігінің|комитетінің|ұйымының|агенттігінің)(?= )", context.low[start:end]
    )
    if not match or match.end() == end - start:
        return None
    stop = start + match.end()
    tokens = context.tokens
    for i in range(tokens.index(start), tokens.index(stop)):
        hit = context.matchers["bodies"].at(tokens, i, tokens.index(stop))
        if hit and hit[1].id != entry.id and tokens.ends[hit[0] - 1] == stop:
            owner = hit[1]
            begin = context.country_before(tokens.starts[i])
            return BodyMention(
                begin,
                stop,
                "body-possessor",
                id=owner.id,
                label=owner.kk,
                type=owner.type,
                genitive=True,
            )
    return None


def _ministries(context: Context, covered: set[int]) -> Iterator[BodyMention]:
    """Ministries that the lexicon lacks, and several under one head."""
    for match in _MINISTRY.finditer(context.low):
        plural = match.group().startswith("министрлікте")
        if match.end() in covered:
            continue
        stop = match.start() - 1
        names = _names_before(context, stop, plural)
        for k, (start, end) in enumerate(reversed(names)):
            label = context.text[start:end] + " министрлігі"
            entry = _by_label(context, label)
            begin = context.country_before(start)
            whole = k == 0
            yield BodyMention(
                begin,
                match.end() if whole else end,
                "body-coordination" if plural else "body-pattern",
                more=() if whole else ((match.start(), match.end()),),
                id=entry.id if entry else "",
                label=entry.kk if entry else label[0].upper() + label[1:],
                type="ministry",
                genitive=is_genitive(match.group()),
            )


def _names_before(context: Context, stop: int, plural: bool) -> list[tuple[int, int]]:
    """Ranges of the ministry names that end at `stop`; several before a plural head."""
    text = context.text
    names: list[tuple[int, int]] = []
    while len(names) < 30:
        start = _name_start(text, stop)
        if start is None:
            break
        names.insert(0, (start, stop))
        joint = re.search(r"(?:, | және |, сондай-ақ )$", text[max(0, start - 12) : start])
        if not plural or not joint:
            break
        stop = start - len(joint.group())
    return names


def _name_start(text: str, stop: int) -> int | None:
    """Start of a name: the nearest word to the left with a capital, at most eight words away."""
    at = stop
    for _ in range(9):
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


def _by_label(context: Context, label: str) -> Entry | None:
    """The lexicon's body with this name, look at every surface, capitals aside."""
    wanted = label.lower()
    for entry in context.lexicon.bodies:
        if any(name.lower() == wanted for name in entry.surfaces):
            return entry
    return None


def _ministers(context: Context, covered: set[int]) -> Iterator[BodyMention]:
    """`Ішкі істер министрі`: an office, after the ministry's name."""
    for match in _MINISTER.finditer(context.low):
        if match.end() in covered:
            continue
        stop = match.start() - 1
        found = None
        for entry in context.lexicon.bodies:
            if entry.type != "ministry":
                continue
            for name in entry.surfaces:
                stem = name.lower().removesuffix(" министрлігі")
                if stem != name.lower() and context.low.endswith(stem, 0, stop):
                    if found is None or len(stem) > len(found[1]):
                        found = (entry, stem)
        if found:
            start = stop - len(found[1])
            label = found[0].kk.removesuffix(" министрлігі") + " министрі"
            id = f"{found[0].id}-minister"
        else:
            begin = _name_start(context.text, stop)
            if begin is None:
                continue
            start, id = begin, ""
            label = context.text[start:stop] + " министрі"
        yield BodyMention(
            context.country_before(start),
            match.end(),
            "body-office",
            id=id,
            label=label[0].upper() + label[1:],
            type="office-holder",
            genitive=is_genitive(match.group()),
        )


def _short(context: Context) -> Iterator[BodyMention]:
    """Abbreviations: `ҚР БҒМ`, `БҰҰ`, `БҰҰ-ның`."""
    known = abbreviations(context.lexicon)
    pattern = re.compile(
        rf"(?<![\w-])(?:ҚР )?({'|'.join(sorted(map(re.escape, known), key=len, reverse=True))})(-?[а-яәғқңөұүһі]{{2,4}})?(?![\w])"
    )
    for match in pattern.finditer(context.text):
        if not match.group().startswith("ҚР ") and len(match.group(1)) < 3:
            continue
        entry = known[match.group(1)]
        yield BodyMention(
            match.start(),
            match.end(),
            "body-abbreviation",
            id=entry.id,
            label=entry.kk,
            type=entry.type,
            genitive=is_genitive(match.group(2) or ""),
        )


def _units(context: Context, body: BodyMention, found: list[BodyMention]) -> Iterator[BodyMention]:
    """A department, committee or service named after the body it belongs to."""
    if not body.genitive or body.type in (
        "head-of-state",
        "un-organ",
        "igo",
        "office-holder",
        "government",
    ):
        return
    match = _UNIT.match(context.low, body.end)
    if not match or not context.text[match.start(1)].isupper():
        return
    if any(other.start <= match.start(1) + 1 < other.end for other in found if other is not body):
        return
    name = context.text[match.start(1) : match.end(1)]
    head = name.rsplit(" ", 1)[-1].lower()
    owner = _genitive(body.label)
    yield BodyMention(
        body.start,
        match.end(),
        "body-unit",
        label=f"{owner} {name}",
        type=_UNIT_TYPES.get(head, "other"),
        genitive=is_genitive(match.group(2)),
    )


def _genitive(label: str) -> str:
    """A name that ends in a possessive, in the genitive."""
    return label + ("ның" if label[-1] in "ыа" else "нің")


def bare(label: str) -> str:
    """Nominative of a name: only its last word is in a case."""
    head, _, last = label.rpartition(" ")
    return f"{head} {nominative(last)}".strip()
