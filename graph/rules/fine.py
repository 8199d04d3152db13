"""The amounts of a fine: one, one for each addressee, or one in wages as the other choice.

    жеке тұлғаларға - он, лауазымды адамдарға - жиырма айлық есептік көрсеткіш мөлшерінде
A bare number counts in the unit of the amount it stands beside.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from graph.context import Context
from graph.model import PenaltyMention
from graph.rules.amount import Amount, same_amount, with_amount
from graph.text.numerals import ABLATIVE, DATIVE, NUMBER, value

DASH = re.compile(r"\s?[–—-](?:\s|$)")
PERSON = re.compile(r"[а-яәғқңөұүһі)]{2,}(?:ға|ге|қа|ке|на|не)$")
"""The dative of a name: an addressee."""
_WAGES = re.compile(r"^[^,;]{0,40}?(?:жалақы|табыс|кіріс)")
_SHARE = re.compile(
    rf"(?:(?P<lo>{NUMBER}){ABLATIVE} (?P<hi>{NUMBER}){DATIVE} дейін(?:гі)?"
    rf"|(?P<most>{NUMBER}){DATIVE} дейін(?:гі)?|(?P<fixed>{NUMBER}))"
    r"(?=,| және | немесе | не | мөлшер)"
)
_PIECE = re.compile(r", | немесе | және |,? не ")
_ATTACHED = re.compile(r"(?:[ыі]п|онсыз)$")
"""The end of what is done besides the fine: `лицензиясынан айыра отырып`."""
_ADDRESSED_SHARE = re.compile(
    rf"[а-яәғқңөұүһі]{{2,}}(?:ға|ге|қа|ке|на|не)(?: ?[–—-] ?| )"
    rf"(?:айлық есептік көрсеткіштің )?(?:{NUMBER}{ABLATIVE} )?"
    rf"{NUMBER}(?:{DATIVE} дейін(?:гі)?)?(?: мөлшер(?:ін)?де(?:гі)?)?, "
)
_NO_PERSON = re.compile(r"(?:[лдт][ыі][қк][қк][ае]|қызметке|лауазымға)$")
"""What a dative of no person ends in: `депутаттыққа немесе өзге де қызметке кандидатқа`."""
_AMONG = re.compile(r"оның ішінде")
_SIZE = re.compile(r"(?: ?мөлшер[а-яәғқңөұүһі]*)?(?:,| және| немесе)? ?")


def shares_end(low: str, start: int, end: int) -> int | None:
    """The end of the last share of a fine in a range: `жеке тұлғаларға - он, ... айыра отырып`."""
    ends = [share.end() for share in _ADDRESSED_SHARE.finditer(low, start, end)]
    return ends[-1] if ends else None


def fines(
    context: Context,
    base: PenaltyMention,
    amounts: list[Amount],
    begin: int,
    anchor: re.Match[str],
    last: dict[bool, Amount],
) -> Iterator[PenaltyMention]:
    """A fine: one, one for each addressee, or one in wages as the other choice."""
    low = context.low
    if not amounts:
        amount = same_amount(low, begin, anchor.start(), last)
        yield with_amount(base, amount)
        return
    final = amounts[-1]
    last[False] = final
    shares = [] if final.term else list(_addressed(context, begin, anchor.start(), amounts))
    if any(start < stop for start, stop, _ in shares):
        for start, stop, share in shares:
            whole = share.end == shares[-1][2].end
            yield with_amount(
                replace(
                    base,
                    start=start,
                    end=base.end if whole else share.end,
                    addressee=context.text[start:stop],
                ),
                share,
            )
        return
    for k, amount in enumerate(amounts):
        unit = amount.unit
        if amount.term:
            if not _WAGES.match(low[amount.end : anchor.end()]):
                continue
            unit = "wage-month"
        whole = k == len(amounts) - 1
        start = base.start if k == 0 else amount.start
        yield replace(
            base,
            start=start,
            end=base.end if whole else amount.end,
            min=amount.least,
            max=amount.most,
            unit=unit,
        )


def _addressed(
    context: Context, begin: int, end: int, amounts: list[Amount]
) -> Iterator[tuple[int, int, Amount]]:
    """Addressees with their shares: (start and end of the name, its share).

    Of an amount of its own without a name before it the name is empty.

    `лауазымды адамдарға, адвокаттарға - жиырма, ірі кәсіпкерлік субъектілеріне - жетпіс айлық ...`
    """
    at = begin
    for share in _shares(context.low, begin, end, amounts):
        lead = _SIZE.match(context.low, at, share.start)
        start = lead.end() if lead else at
        people = DASH.split(context.low[start : share.start], maxsplit=1)[0]
        names = list(_names(people))
        for first, last in names:
            yield start + first, start + last, share
        if not names and share in amounts:
            yield share.start, share.start, share
        at = share.end


def _names(people: str) -> Iterator[tuple[int, int]]:
    """Where the names of a list of addressees stand: each ends in the dative.

    `шағын немесе орта кәсіпкерлік субъектілері болып табылатын тұлғаларға` is one name.
    """
    first = 0
    for cut in [*_PIECE.finditer(people), None]:
        last = cut.start() if cut else len(people.rstrip())
        if cut and _ATTACHED.search(people[first:last]):
            first = cut.end()
            continue
        words = people[first:last]
        named = PERSON.search(words) and not _NO_PERSON.search(words)
        if cut and (_AMONG.match(people, cut.end()) or not named):
            continue
        if PERSON.search(people[first:last]):
            yield first, last
        if cut:
            first = cut.end()


def _shares(low: str, begin: int, end: int, amounts: list[Amount]) -> list[Amount]:
    """The amounts of a fine, and the bare numbers beside each, which count in its unit."""
    shares: list[Amount] = []
    at = begin
    for amount in amounts:
        if amount.term:
            continue
        for match in _SHARE.finditer(low, at, amount.start):
            shares.append(_share(match, amount.unit))
        shares.append(amount)
        at = amount.end
    told = shares[-1].unit if shares else ""
    for match in _SHARE.finditer(low, at, end) if told else ():  # the unit was told before
        shares.append(_share(match, told))
    return shares


def _share(match: re.Match[str], unit: str) -> Amount:
    """A bare number or range of a fine, in the unit of the whole."""
    fixed = match["fixed"]
    least, most = match["lo"] or fixed, match["hi"] or match["most"] or fixed
    low, high = value(least) if least else None, value(most)
    return Amount(match.start(), match.end(), low, high, unit)
