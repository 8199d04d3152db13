"""Legal acts: laws, codes, decrees, resolutions, orders, decisions, treaties, addresses, reports.

An act is named by a chain of words that ends in its kind (`graph.rules.act_chain`), by a name of
the lexicons, by letters, by where it stands (`graph.rules.act_places`), or by a short name
(`graph.rules.act_alias`).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from graph.context import Context
from graph.lexicon import Lexicon
from graph.matcher import Matcher
from graph.model import ActMention, BodyMention
from graph.rules import act_alias, act_places
from graph.rules.act_chain import Chains
from graph.rules.act_words import Marks, marks

_PROVISION = re.compile(r" \(?\d[\d, –-]*(?:(?:және|мен|не|немесе) [\d–-]+)?(?:ба[бп]|тарау|бөлі)")
_ARTICLE = re.compile(r" (\d{1,4})[\d, –-]*(?:(?:және|мен|не|немесе) [\d–-]+)?ба[бп]")
_SPECIAL_PART = re.compile(r" \(?ерекше бөлім")
_OWNED = re.compile(r"(?:қазақстан|қр |қазақ [кс]ср)")
"""What the name of a code begins with where its State is told."""
_LAW_NAME = " заңы"
"""What a law's name ends in, where it has no title: `Патент заңы`."""
_CODE = re.compile(r"[.\s]{0,3}(?P<kind>[kzupр])(?P<year>\d\d)(?P<number>\d{3,})_")
"""A code of the publisher's that was left in the text."""
_LETTERS = {
    "k": ("code", "constitution"),
    "z": ("law", "decree-force-of-law"),
    "u": ("decree", "decree-force-of-law"),
    "p": ("resolution",),
    "р": ("resolution",),
}
"""The kinds of acts that have a letter in their code."""


_WITHOUT_ARTICLES = ("шешім", "қаулы", "бұйрық", "өкім")


def matchers(lexicon: Lexicon) -> dict[str, Matcher]:
    """The names of codes, in full and in short, of laws that have one, and of treaties."""
    return {
        "codes": Matcher(
            (name, e) for e in lexicon.codes if "continues" not in e.more for name in e.surfaces
        ),
        "codes in short": Matcher((name, e) for e in lexicon.codes for name in e.short),
        "laws": Matcher(
            (name, e) for e in lexicon.laws for name in e.surfaces if name.endswith(_LAW_NAME)
        ),
        "treaties": Matcher((name, e) for e in lexicon.treaties for name in e.surfaces),
    }


def find(context: Context, bodies: list[BodyMention]) -> list[ActMention]:
    """All mentions of acts, in order of their start."""
    known = marks(context, bodies)
    defined = list(act_alias.definitions(context))
    chains = Chains(context, known, {act.alias.lower() for act in defined}, bodies)
    named = _longest(
        [
            *_treaties(context, known),
            *chains.find(),
            *chains.led(),
            *_codes_in_short(context),
            *act_places.reports(context),
            *act_places.notes(context, known),
            *act_places.stamps(context, known),
            *act_places.titles(context),
            *act_places.approved(context),
            *act_places.adopted(context),
        ]
    )
    named = [act for act in named if not _decided_in_it(context, act)]
    found = _longest([*named, *defined, *act_alias.uses(context, defined)])
    found = [_of_later_part(context, _with_code(context, act)) for act in found]
    found = list(_of_the_ssr(context, found))
    return [replace(act, quoted=True) if _quoted(context, act) else act for act in found]


def _decided_in_it(context: Context, act: ActMention) -> bool:
    """Whether `осы шешім` stands in an article: an act that has articles is no decision itself."""
    if not act.this or act.anaphor not in _WITHOUT_ARTICLES:
        return False
    units, at = context.structure.units, context.structure.unit_at(act.start)
    while at is not None and units[at].kind != "article":
        at = units[at].parent
    return at is not None


def _with_code(context: Context, act: ActMention) -> ActMention:
    """The mention with the publisher's code after it: `N 1111 қаулысымен. P991111_`."""
    match = _CODE.match(context.low, act.end)
    if not match or act.type not in _LETTERS.get(match["kind"], ()):
        return act
    if act.date and act.date[2:4] != match["year"]:
        return act
    digits = "".join(c for c in act.number.split("-")[0] if c.isdigit())
    told = act.number or act.title or act.date
    return replace(act, end=match.end()) if told and match["number"].endswith(digits) else act


def _of_later_part(context: Context, act: ActMention) -> ActMention:
    """The mention as one of the part of a code that its date, its words or the article mean.

    `Азаматтық кодексінің 683-бабы` is in the Special Part, an act of its own.
    """
    part = context.lexicon.later_parts.get(act.slug)
    if part is None:
        return act
    if act.date:
        return replace(act, slug=part.id) if act.date == part.date else act
    article = _ARTICLE.match(context.low, act.end)
    after = article and int(article.group(1)) >= int(part.more["first_article"])
    named = _SPECIAL_PART.search(context.low, act.start, act.end)
    named = named or _SPECIAL_PART.match(context.low, act.end)
    return replace(act, slug=part.id) if after or named else act


def _of_the_ssr(context: Context, acts: list[ActMention]) -> Iterator[ActMention]:
    """A code without the country's name is the Kazakh SSR's, where the text names only that one."""
    owned = [(act, _OWNED.match(context.low, act.start) is not None) for act in acts]
    named = {act.slug for act, country in owned if country}
    for act, country in owned:
        former = f"{act.slug}-kazssr"
        bare = act.type == "code" and not (country or act.date or act.slug in named)
        yield replace(act, slug=former) if bare and former in named else act


def _quoted(context: Context, act: ActMention) -> bool:
    """Whether a mention stands inside a quotation that says more than its name."""
    alone = context.quotes.by_end.get(act.end + 1, -1) >= act.start - 1
    return context.quotes.inside(act.start) and not alone


def _treaties(context: Context, known: Marks) -> Iterator[ActMention]:
    """Treaties by name; `БҰҰ-ның` before the name belongs to it."""
    tokens = context.tokens
    for first, after, entry in context.matchers["treaties"].find(tokens):
        start = tokens.starts[first]
        owner = known.bodies.get(start - 1)
        if owner and owner.id == "un":
            start = owner.start
        yield ActMention(start, tokens.ends[after - 1], "act-treaty", type="treaty", slug=entry.id)


def _codes_in_short(context: Context) -> Iterator[ActMention]:
    """Codes by their letters, before a provision: `ҚК 99-бабы`, `ҚР ҚПК-нің 535-бабының`.

    Without a provision the letters may stand for anything.
    """
    tokens = context.tokens
    for first, after, entry in context.matchers["codes in short"].find(tokens):
        start, end = tokens.starts[first], tokens.ends[after - 1]
        if context.text[start : start + 2].isupper() and _PROVISION.match(context.low, end):
            start = context.country_before(start)
            yield ActMention(start, end, "act-code-short", type="code", slug=entry.id)


def _longest(mentions: Iterable[ActMention]) -> list[ActMention]:
    """Drop mentions that lie inside a longer one; of equals the one that says more stays."""
    kept: list[ActMention] = []
    end = -1
    for act in sorted(mentions, key=lambda m: (m.start, -m.end, not m.this, not m.number)):
        inside = act.end <= end and not (kept[-1].rule == "act-title" and _full_name(act))
        if inside or (kept and act.start == kept[-1].start):
            continue
        kept.append(act)
        end = max(end, act.end)
    return kept


def _full_name(act: ActMention) -> bool:
    """A full name counts inside a title too: `... хаттаманың ... шаралар туралы баяндама`."""
    return act.rule in ("act-treaty", "act-chain", "act-code", "act-title")
