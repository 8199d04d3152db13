"""Takes links for evidence of what the linked words name. In: findings whose source has links.
Out: the same findings with the adilet code at each act that a link names, and with a mention on
the words of links that the rules saw nothing in.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from graph.findings import Findings
from graph.lexicon import Lexicon
from graph.linking.adilet import numbered, told
from graph.linking.laws import by_code
from graph.model import ActMention, Found, Link, Reference

_OTHERS = ("resolution", "order", "decision", "other")
"""Types that a code of the other kinds (`V`, `S`, `G`) may have."""


def attach(findings: Findings) -> Findings:
    """Put the code of a link at each act whose words it is on, and what the code tells for sure."""
    links = findings.context.normalised.source.links
    if not links:
        return findings
    findings = _with_linked_words(findings, links)
    codes = [_code(findings, links, act) for act in findings.acts]
    for reference in findings.references:  # `Заңының <a>32-бабына</a>`
        if reference.act is not None and not codes[reference.act]:
            codes[reference.act] = _code(findings, links, reference)
    acts = [
        _coded(findings.context.lexicon, replace(act, adilet=code))
        if code and agrees(act.type, act.date, act.number, code)
        else act
        for act, code in zip(findings.acts, codes, strict=True)
    ]
    full = {act.adilet: act for act in acts if act.adilet and act.number and act.date}
    return replace(findings, acts=[_completed(act, full.get(act.adilet)) for act in acts])


def _with_linked_words(findings: Findings, links: tuple[Link, ...]) -> Findings:
    """The findings with an act on the words of each link to another act in which none is named.

    A provision whose act nobody told is one of the act that its link leads to.
    """
    own = findings.context.normalised.source.code
    covered = {
        id(link)
        for found in (*findings.acts, *(r for r in findings.references if _is_told(r)))
        for link, _ in _below(findings, links, found)
    }
    added: dict[int, ActMention] = {}
    for link in links:
        words = findings.context.normalised.clean(link.start, link.end)
        if id(link) not in covered and link.target != own and words:
            known = told(link.target)
            kind = known.types[0] if known else "other"
            added[id(link)] = ActMention(*words, "act-link", type=kind)
    if not added:
        return findings
    order = sorted((*findings.acts, *added.values()), key=lambda act: act.start)
    place = {id(act): i for i, act in enumerate(order)}
    moved = [place[id(act)] for act in findings.acts]
    references = []
    for reference in findings.references:
        at = None if reference.act is None else moved[reference.act]
        if not _is_told(reference):
            *_, last = (None, *(link for link, _ in _below(findings, links, reference)))
            act = added.get(id(last))
            at = place[id(act)] if act else None
        references.append(replace(reference, act=at))
    return replace(findings, acts=order, references=references)


def _is_told(reference: Reference) -> bool:
    """Whether the text tells what a reference is to: `осы баптың`, `Х Заңының 5-бабы`."""
    return reference.act is not None or bool(reference.this) or reference.heading


def _coded(lexicon: Lexicon, act: ActMention) -> ActMention:
    """The act with what the lexicon knows of its code, where the text lacks number or date."""
    if (act.number and act.date) or act.slug or act.this or act.alias:
        return act
    entry = by_code(lexicon, act.adilet)
    if entry is None or act.date not in ("", entry.date):
        return act
    if entry in lexicon.codes:
        return replace(act, slug=entry.id, anaphor="")
    return replace(act, number=entry.number, date=entry.date, anaphor="")


def anchors(findings: Findings) -> dict[int, Link]:
    """The link to a place in an act on which a reference stands, by the reference's index.

    Of several (`<a>9-бабының</a> <a>2-тармағы</a>`) it is the last, the most exact one.
    """
    links = [link for link in findings.context.normalised.source.links if link.anchor]
    if not links:
        return {}
    found: dict[int, Link] = {}
    for i, reference in enumerate(findings.references):
        for link, _ in _below(findings, links, reference):
            found[i] = link
    return found


def agrees(kind: str, date: str, number: str, code: str) -> bool:
    """Whether an act of a type (kzc:docType), date and number may have the code."""
    known = told(code)
    if known is None:
        return kind in _OTHERS
    if kind not in known.types or (date and date[:4] != known.year):
        return False
    return not number or not known.number or re.split(r"\D", number)[0] == known.number


def _below(
    findings: Findings, links: list[Link] | tuple[Link, ...], found: Found
) -> Iterator[tuple[Link, int]]:
    """The links on words of a mention, and how many of its code points each has."""
    for start, end in findings.context.normalised.original(found.start, found.end):
        at = max(0, bisect_right(links, start, key=lambda link: link.start) - 1)
        while at < len(links) and links[at].start < end:
            shared = min(end, links[at].end) - max(start, links[at].start)
            if shared > 0:
                yield links[at], shared
            at += 1


def _code(findings: Findings, links: tuple[Link, ...], found: Found) -> str:
    """The code that most of the linked words of a mention lead to."""
    size: Counter[str] = Counter()
    for link, shared in _below(findings, links, found):
        size[link.target] += shared
    return size.most_common(1)[0][0] if size else ""


def _completed(act: ActMention, full: ActMention | None) -> ActMention:
    """The act with the number and date that it lacks, where they are beyond doubt.

    They are those of a mention in the same text that leads to the same code; or the number is
    the code's, where the text gives the date or nothing but the link.
    """
    if not act.adilet or act.number or act.this or act.anaphor or act.slug:
        return act
    if full and full.type == act.type and act.date in ("", full.date):
        return replace(act, number=full.number, date=full.date, issuer=act.issuer or full.issuer)
    if act.date or act.rule == "act-link":
        return replace(act, number=numbered(act.adilet, act.date))
    return act
