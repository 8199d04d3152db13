"""Amounts, ages, counts and dates in words: numbers and the words of one language in, a phrase out.

Knows neither the store nor Flask. The words are those of messages/wording.toml.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

Words = Mapping[str, str]


def amount(words: Words, language: str, least: str, most: str, unit: str) -> str:
    """Return `3 жылдан 7 жылға дейін`, `от 3 до 7 лет`, `up to 5 years`.

    `least` and `most` are decimal numbers, "" where there is no bound; `unit` is a notation of the
    code list amountUnit. Returns "" without bounds.
    """
    if not (least or most):
        return ""
    forms = words.get(f"unit_{unit}", unit).split("|")
    if least and most and Decimal(least) == Decimal(most):
        return words["amount_exact"].format(
            min=number(least), exact=noun(forms, language, least, "exact")
        )
    key = "range" if least and most else "from" if least else "up_to"
    return words[f"amount_{key}"].format(
        **{
            "min": number(least),
            "max": number(most),
            "from": noun(forms, language, least, "from"),
            "to": noun(forms, language, most, "to"),
        }
    )


def noun(forms: list[str], language: str, value: str, place: str) -> str:
    """Return the form of a unit beside the number `value`; `place` is "exact", "from" or "to"."""
    if len(forms) < 2 or not value:
        return forms[0]
    if language == "kk":
        return forms[{"exact": 0, "from": 1, "to": 2}[place]]
    if language == "en":
        return forms[0] if Decimal(value) == 1 else forms[1]
    whole = Decimal(value) == int(Decimal(value))
    last, teens = int(Decimal(value)) % 10, int(Decimal(value)) % 100 in range(11, 15)
    if not whole:
        return forms[3]
    if place != "exact":
        return forms[3] if last == 1 and not teens else forms[2]
    if teens or last not in range(1, 5):
        return forms[2]
    return forms[0] if last == 1 else forms[1]


def age(words: Words, least: str, least_in: bool, most: str, most_in: bool) -> str:
    """Return the bounds of an age: `18 жастан бастап, 27 жасқа дейін (27 жас кірмейді)`."""
    said = []
    if least:
        said.append(words["age_from" if least_in else "age_over"].format(min=least))
    if most:
        said.append(words["age_up_to" if most_in else "age_under"].format(max=most))
    return ", ".join(said)


def count(words: Words, value: str, least: str) -> str:
    """Return what a statistic counted: the exact `value`, or more than `least`."""
    if value:
        return number(value)
    return words["more_than"].format(value=number(least)) if least else ""


def date(words: Words, value: str) -> str:
    """Return an xsd:date or xsd:gYear in words; anything else as it is."""
    pieces = value.split("-")
    months = words["months"].split("|")
    if not all(piece.isdecimal() and len(piece) < 5 for piece in pieces):
        return value
    if len(pieces) == 3 and 1 <= int(pieces[1]) <= 12:
        month = months[int(pieces[1]) - 1]
        return words["day"].format(year=pieces[0], month=month, day=int(pieces[2]))
    return words["year"].format(year=value) if len(pieces) == 1 and len(value) == 4 else value


def number(value: str) -> str:
    """Return a decimal number with its thousands apart: `15 000`; anything else as it is."""
    try:
        exact = Decimal(value).normalize()
    except InvalidOperation:
        return value
    return f"{exact:,f}".replace(",", "\u00a0")
