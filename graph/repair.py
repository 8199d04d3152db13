"""Puts words back that a PDF extractor displaced. In: the lines of a text, cut into pieces. Out:
the same lines, in place, with displaced pieces moved.

A hyperlink in a PDF is often extracted after the words around it: the linked word (`Заңына`,
`8-бабының`) lands at the end of its line, or of the next one, and leaves a wide gap behind:

    2002 жылғы 8 тамыздағы N 345-II  сәйкес Қазақстан Заңына

A word moves only when the citation reads well with it in the gap and does not read where it stands.
"""

import re

from graph.lines import Line, Piece

_HEAD = re.compile(
    r"(?:Заң|Жарлы[қғ]|[Ққ]аулы|[Кк]одекс|Жолдау|[Бб]ұйры[қғ]|[Шш]ешім|[Өө]кім|Конституция)[а-яәғқңөұүһі]*[.,;:]?$"
)
_ARTICLE = re.compile(r"\d+(?:-\d+)?-(?:ба[бп]|тарма[қғ])[а-яәғқңөұүһі]*[.,;:]?$")
# What a citation reads up to, just before the noun that names the kind of act.
_WANTS_ACT = re.compile(
    r"(?:[№N] ?\d[\w/-]*(?: ҚРЗ)?|жылғы \d{1,2} [а-яәғқңөұүһі]+[дтғг][аеы][ғг]?[ыі]|күші бар"
    r"|Республикасы(?:ның)?|КСР|туралы[\"»”]?|халқына|министрлігінің|Үкіметінің|Президентінің"
    r"|(?:Қылмыстық|Азаматтық|Еңбек|Салық|Кеден|Бюджет|Жер|Су|Орман|Экологиялық|Кәсіпкерлік|Әлеуметтік)"
    r"(?:-процестік|-атқару| іс жүргізу)?)$",
    re.IGNORECASE,
)
_MOST_GAPS = 12
_GENITIVE = re.compile(r"[нтд][ыі]ң$")


def repair(lines: list[Line]) -> int:
    """Move displaced words to their gaps; return how many were moved."""
    moved = 0
    for at, line in enumerate(lines):
        gaps = _gaps(lines, at)
        if len(gaps) > _MOST_GAPS:  # a table, not a line of text
            continue
        for gap in gaps:
            owner = lines[at] if gap < len(line.pieces) else lines[at + 1]
            left = _left_of(lines, at, gap)
            moved += _move(line, gap, owner, left)
    return moved


def _gaps(lines: list[Line], at: int) -> list[int]:
    """Places in the line (piece indices) where a word may be missing."""
    line = lines[at]
    pieces = line.pieces
    if sum(piece.glued for piece in pieces) > 4:  # letter-spaced: its gaps are word spaces
        return []
    gaps = [i for i in range(1, len(pieces)) if pieces[i].start - pieces[i - 1].end >= 2]
    follows = at > 0 and not line.blanks_before
    if line.indent == 2 and follows and pieces[0].text[:1].islower():
        gaps.insert(0, 0)
    if line.trailing >= 2 and at + 1 < len(lines) and lines[at + 1].blanks_before:
        gaps.append(len(pieces))
    return gaps


def _left_of(lines: list[Line], at: int, gap: int) -> str:
    """The text that leads up to a gap, at least 40 code points of it where there are as many."""
    before = ""
    for piece in reversed(lines[at].pieces[:gap]):
        before = f"{piece.text} {before}"
        if len(before) > 40:
            return before.strip()
    return f"{lines[at - 1].text} {before}".strip() if at > 0 else before.strip()


def _move(line: Line, gap: int, owner: Line, left: str) -> int:
    """Move the last word of `owner` into the gap of `line` if the citation asks for it."""
    last = owner.pieces[-1]
    if not last.exact:
        return 0
    cut = last.text.rfind(" ") + 1
    word = last.text[cut:]
    for i in range(len(word) - 1, 0, -1):  # glued to the word before: жекеЖарлығымен
        if word[i].isupper() and word[i - 1].islower():
            cut, word = cut + i, word[i:]
            break
    here = last.text[:cut].rstrip()
    if not here and owner is line and gap == len(owner.pieces) - 1:
        return 0  # stands in the gap already
    where = here or (owner.pieces[-2].text if len(owner.pieces) > 1 else "")
    if _HEAD.match(word):
        fits = _WANTS_ACT.search(left) and not _WANTS_ACT.search(where)
    elif _ARTICLE.match(word):
        fits = _GENITIVE.search(left) and not _GENITIVE.search(where)
    else:
        fits = None
    if not fits:
        return 0
    stop = word[-1] in ".,;:"
    word = word.rstrip(".,;:")
    start = last.start + cut
    moved = Piece(word, start, start + len(word))
    rest: list[Piece] = []
    if here:
        rest.append(Piece(here, last.start, last.start + len(here), last.glued))
    if stop:
        rest.append(Piece(last.text[-1], last.end - 1, last.end, glued=True))
    owner.pieces[-1:] = rest
    line.pieces.insert(gap, moved)
    if gap == 0:
        line.indent = 0  # it was the gap
    return 1
