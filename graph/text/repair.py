"""Puts words back that a PDF extractor displaced. In: the lines of a text, cut into pieces. Out:
the same lines, in place, with displaced pieces moved.

A hyperlink in a PDF is often extracted after the words around it: the linked word (`Заңына`,
`8-бабының`) lands at the end of its line, or of the next one, and leaves a wide gap behind:

    2002 жылғы 8 тамыздағы N 345-II  сәйкес Қазақстан Заңына

A word moves only when the citation reads well with it in the gap and does not read where it stands.
"""

import re

from graph.text.lines import Line, Piece, joined

_HEAD = re.compile(
    r"(?:Заң|Жарлы[қғ]|[Ққ]аулы|[Кк]одекс|Жолдау|[Бб]ұйры[қғ]|[Шш]ешім|[Өө]кім|Конституция)[а-яәғқңөұүһі]*$"
)
_ARTICLE = re.compile(r"\d+(?:-\d+)?-(?:ба[бп]|тарма[қғ])[а-яәғқңөұүһі]*$")
# What a citation reads up to, just before the noun that names the kind of act.
_WANTS_ACT = re.compile(
    r"(?:[№N] ?\d[\w/-]*(?: ҚРЗ)?|жылғы \d{1,2} [а-яәғқңөұүһі]+[дтғг][аеы][ғг]?[ыі]|күші бар"
    r"|Республикасы(?:ның)?|КСР|туралы[\"»”]?|халқына|министрлігінің|Үкіметінің|Президентінің"
    r"|(?:Қылмыстық|Азаматтық|Еңбек|Салық|Кеден|Бюджет|Жер|Су|Орман|Экологиялық|Кәсіпкерлік|Әлеуметтік)"
    r"(?:-процестік|-атқару| іс жүргізу)?)$",
    re.IGNORECASE,
)
_MOST_GAPS = 12
_CONTEXT = 40
"""Code points before a gap that tell what is missing in it."""
_STOPS = ".,;:"
_GOES_ON = re.compile(r"\d{4} (?:жылғы|ж\.)|[№N] ?\d|ҚРЗ")
"""What comes before the noun in a citation: where it follows, the noun is not missing yet."""
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
            if not _GOES_ON.match(joined(line.pieces[gap : gap + _MOST_GAPS])):
                moved += _move(line, gap, owner, left)
    return moved


def _gaps(lines: list[Line], at: int) -> list[int]:
    """Places in the line (piece indices) where a word may be missing."""
    line = lines[at]
    pieces = line.pieces
    if line.spaced:
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
    pieces = lines[at].pieces
    first, size = gap, 0
    while first and size < _CONTEXT:
        first -= 1
        size += len(pieces[first].text)
    before = joined(pieces[first:gap])
    return f"{lines[at - 1].text} {before}".strip() if size < _CONTEXT and at else before


def _move(line: Line, gap: int, owner: Line, left: str) -> int:
    """Move the last word of `owner` into the gap of `line` if the citation asks for it."""
    first = len(owner.pieces) - 1
    while first and not _begins_word(owner.pieces[first]):
        first -= 1
    head, rest = owner.pieces[first], owner.pieces[first + 1 :]
    if not head.exact:
        return 0
    cut = head.text.rfind(" ") + 1
    for i in range(len(head.text) - 1, cut, -1):  # glued to the word before: жекеЖарлығымен
        if head.text[i].isupper() and head.text[i - 1].islower():
            cut = i
            break
    here = head.text[:cut].rstrip()
    if not here and owner is line and gap == first:
        return 0  # stands in the gap already
    word = head.text[cut:] + "".join(piece.text for piece in rest)
    before = joined(
        [*owner.pieces[max(0, first - _MOST_GAPS) : first], Piece(here, 0, 0, head.glued)]
    ).rstrip(" ")
    if not _belongs(word.rstrip(_STOPS), left, before):
        return 0
    moved = [Piece(head.text[cut:], head.start + cut, head.end), *rest]
    stop = _without_stop(moved)
    if here:
        stop.insert(0, Piece(here, head.start, head.start + len(here), head.glued))
    owner.pieces[first:] = stop
    line.pieces[gap:gap] = moved
    if gap == 0:
        line.indent = 0  # it was the gap
    return 1


def _begins_word(piece: Piece) -> bool:
    """Whether the last word of a line begins in a piece, rather than going on in it."""
    return not piece.glued or " " in piece.text or piece.text[:1].isupper()


def _belongs(word: str, left: str, before: str) -> bool:
    """Whether a word completes what leads up to the gap, and not what stands before it now."""
    if _HEAD.match(word):
        wanted = _WANTS_ACT
    elif _ARTICLE.match(word):
        wanted = _GENITIVE
    else:
        return False
    return bool(wanted.search(left)) and not wanted.search(before)


def _without_stop(pieces: list[Piece]) -> list[Piece]:
    """Cut the punctuation off the end of a word; it stays where it stood."""
    last = pieces[-1]
    bare = last.text.rstrip(_STOPS)
    size = len(last.text) - len(bare)
    if not size:
        return []
    stop = Piece(last.text[-size:], last.end - size, last.end, glued=True)
    if bare:
        last.text, last.end = bare, last.end - size
    else:
        pieces.pop()
    return [stop]
