"""Takes links for evidence of what the linked words name. In: findings whose source has links.
Out: the same findings with the adilet code at each act that a link names.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from graph.adilet import told
from graph.findings import Findings
from graph.model import ActMention, Found, Link

_OTHERS = ("resolution", "order", "decision", "other")
"""Types that a code of the other kinds (`V`, `S`, `G`) may have."""


def attach(findings: Findings) -> Findings:
    """Put the code of a link at each act whose words it is on, and what the code tells for sure."""
    links = findings.context.normalised.source.links
    if not links:
        return findings
    codes = [_code(findings, links, act) for act in findings.acts]
    for reference in findings.references:  # `Заңының <a>32-бабына</a>`
        if reference.act is not None and not codes[reference.act]:
            codes[reference.act] = _code(findings, links, reference)
    acts = [
        replace(act, adilet=code) if code and agrees(act.type, act.date, act.number, code) else act
        for act, code in zip(findings.acts, codes, strict=True)
    ]
    full = {act.adilet: act for act in acts if act.adilet and act.number and act.date}
    return replace(findings, acts=[_completed(act, full.get(act.adilet)) for act in acts])


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
    the code's, where the text gives the date.
    """
    if not act.adilet or act.number or act.this or act.anaphor or act.slug:
        return act
    if full and full.type == act.type and act.date in ("", full.date):
        return replace(act, number=full.number, date=full.date, issuer=act.issuer or full.issuer)
    known = told(act.adilet)
    if known and known.whole and act.date:
        return replace(act, number=known.number)
    return act
