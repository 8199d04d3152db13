"""Organs of the State that the lexicon lacks, by the pattern of their name.

Қазақстан Республикасының Стратегиялық жоспарлау жөніндегі агенттігі
Қаржы министрлігінің Салық комитеті, Кеден комитеті және Қазынашылық комитеті
... мен Салық комитеті
"""

import re
from collections.abc import Iterable, Iterator

from graph.context import Context
from graph.model import BodyMention
from graph.rules.body_context import inside, merged
from graph.text.morphology import is_genitive

_L = "[а-яәғқңөұүһі]"
_CASE = r"(?:н[ыі]ң|на|не|н?д[ае]н?|н[ае]н|н|мен)?"
_TYPES = {
    "агенттігі": "agency",
    "комитеті": "committee",
    "комиссиясы": "commission",
    "кеңесі": "commission",
    "орталығы": "centre",
    "академиясы": "school",
    "университеті": "school",
    "институты": "other",
    "инспекциясы": "other",
    "палатасы": "other",
    "бюросы": "other",
    "алқасы": "other",
    "банкі": "other",
    "архиві": "other",
    "мұрағаты": "other",
    "кітапханасы": "other",
    "департаменті": "department",
    "басқармасы": "department",
    "қауымдастығы": "other",
    "одағы": "other",
    "федерациясы": "other",
    "дирекциясы": "other",
    "қоры": "fund",
    "паркі": "other",
}
"""Heads of names and their code of kzc:bodyType."""
_WORD = r"[^\s.,;:()\"«»]+"
_PROPER = "[А-ЯӘҒҚҢӨҰҮҺІ][\\w-]+"
_OTHER = (
    r"(?:министрлі|үкімет|президент|парламент|премьер|облыс|қаласы(?!нда)|аудан|заң|кодекс|қаулы"
    r"|бұйры|жарлы|туралы|азамат|аумағ|атын|мен$)"
)
"""How a word begins that no such name holds."""
_NATIONAL = re.compile(
    rf"(?:Қазақстан Республикасы(?:ның)?|ҚР) (?P<name>{_PROPER} (?:(?!(?i:{_OTHER})){_WORD} )"
    rf"{{0,9}}?(?P<head>(?i:{'|'.join(_TYPES)}))|(?:(?!(?i:{_OTHER})){_L}+ ){{1,6}}жөніндегі"
    rf" (?:мемлекеттік )?(?P<small>агенттігі|комитеті|комиссиясы))(?P<case>{_CASE})(?!{_L}|-)"
)
_UNITS = "департаменті|басқармасы|комитеті|агенттігі"
_NEXT = re.compile(
    rf"(?:, | және | мен )(?P<name>{_PROPER} (?:{_WORD} ){{0,6}}?(?P<head>{_UNITS}))"
    rf"(?P<case>{_CASE})(?!{_L}|-)"
)
_BARE = re.compile(
    rf"(?P<name>{_PROPER} (?:{_WORD} ){{0,4}}?(?P<head>агенттігі|комитеті|комиссиясы|инспекциясы"
    rf"|департаменті|басқармасы)"
    rf"|{_PROPER} (?:(?!\S+(?:н|т|д)[ыі]ң ){_WORD} ){{1,4}}?(?P<small>қоры|паркі))"
    rf"(?P<case>{_CASE})(?!{_L}|-)"
)
_BARE_HEADS = (
    *("агенттігі", "комитеті", "комиссиясы", "инспекциясы", "департаменті", "басқармасы"),
    *("қоры", "паркі"),
)
_OWNED = re.compile(r"[нтд][ыі]ң $")
_LONGEST_BARE = 6
"""Words of a name that stands without its owner."""


def _owned(text: str, at: int) -> bool:
    """Whether the word before an offset is in the genitive."""
    return _OWNED.search(text, max(0, at - 4), at) is not None


def _mention(start: int, match: re.Match[str], rule: str, label: str) -> BodyMention:
    return BodyMention(
        start,
        match.end(),
        rule,
        label=label,
        type=_TYPES[(match["head"] or match["small"]).lower()],
        genitive=is_genitive(match["case"]),
    )


def national(context: Context, bodies: Iterable[BodyMention]) -> Iterator[BodyMention]:
    """An agency, committee or commission named after the country."""
    bodies = list(bodies)
    known = {body.start for body in bodies} | {body.end for body in bodies}
    for match in context.matches(_NATIONAL, ("қазақстан", "қр").__contains__, cased=True):
        if match.start() in known or match.end() in known:
            continue
        yield _mention(match.start(), match, "body-national", match["name"])


def following(context: Context, bodies: Iterable[BodyMention]) -> Iterator[BodyMention]:
    """The units after the first in a list: `... Салық комитеті және Кеден комитеті`."""
    bodies = list(bodies)
    taken = merged(bodies)
    starts = {body.start for body in bodies}
    for body in bodies:
        end = body.end
        if body.rule != "body-unit":
            continue
        owner = body.label[: body.label.index("нің ") + 4] if "нің " in body.label else ""
        while owner and (match := _NEXT.match(context.text, end)):
            start = match.start("name")
            if start in starts or inside(taken, start) or inside(taken, match.end() - 1):
                break
            yield _mention(start, match, "body-unit", owner + match["name"])
            end = match.end()


def bare(context: Context, bodies: Iterable[BodyMention]) -> Iterator[BodyMention]:
    """A committee, agency or commission whose owner is not told; a capital tells the name."""
    covered = merged(bodies)
    text, starts = context.text, context.tokens.starts
    for i in context.tokens.where(lambda word: word.startswith(_BARE_HEADS)):
        near = range(i - 1, max(0, i - _LONGEST_BARE), -1)
        k = next((k for k in near if text[starts[k]].isupper()), 0)
        while k > 1 and text[starts[k - 1]].isupper() and not _owned(text, starts[k]):
            k -= 1
        start = starts[k]
        before = text[start - 2 : start - 1]
        inner = k and text[start - 1] == " " and (before.islower() or before == ",")
        if not inner or inside(covered, start) or _owned(text, start):
            continue
        match = _BARE.match(text, start)
        if match and max(match.start("head"), match.start("small")) == starts[i]:
            yield _mention(start, match, "body-bare", match["name"])
