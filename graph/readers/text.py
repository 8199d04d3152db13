"""Reads plain text. In: bytes in UTF-8, UTF-16, windows-1251 or KZ-1048. Out: the text as written.

UTF-8 is tried first and is all that most files need; what else it may be is judged by the letters
it gives. A file that gives no Cyrillic text in any encoding is refused, never guessed at.
"""

import codecs
import re

from graph.readers.draft import Reading, SourceError

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CODE_PAGES = ["kz1048", "cp1251", "ptcp154", "koi8_r", "iso8859_5", "mac_cyrillic", "cp866"]
"""One-byte encodings of Kazakh and Russian; Kazakhstan's own KZ-1048 before windows-1251."""
_SAMPLE = 60_000
"""Bytes that the detection looks at."""
_LETTER = re.compile(r"[^\W\d_]")
_CYRILLIC = re.compile(r"[а-яёА-ЯЁәғқңөұүһіӘҒҚҢӨҰҮҺІ]")
_KAZAKH = re.compile(r"[әғқңөұүһіӘҒҚҢӨҰҮҺІ]")
_ODD = re.compile(
    r"(?<=[а-яёәғқңөұүһі])[А-ЯЁӘҒҚҢӨҰҮҺІ]|(?<=\w)[^\w\s.,;:!?()\"'«»“”№/–—-](?=[а-яё])"
    r"|[^\W\d_a-zA-Zа-яёА-ЯЁәғқңөұүһіӘҒҚҢӨҰҮҺІ]"
)
"""What words have where they are decoded wrongly: capitals, signs, letters of other alphabets."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd]")
_MARKUP = re.compile(r"<(script|style)\b.*?</\1\s*>|<[a-z/!][^>]*>", re.DOTALL | re.IGNORECASE)
"""Its letters tell nothing of the text of a page."""
_LEAST = 0.6
"""Share of the letters that must be Kazakh or Russian in a text that is not UTF-8."""
_FEWEST = 6
"""Letters of Kazakh or Russian without which nothing can be told."""
_STRANGE = 0.02
"""Share of the letters beyond ASCII that may be of other alphabets."""


def read(data: bytes) -> Reading:
    """Read a plain text."""
    return Reading(decode(data))


def decode(data: bytes, declared: str = "") -> str:
    """Decode `data`; `declared` is the encoding that the document names itself, if it does.

    Raises SourceError for bytes that are not text and for encodings that cannot be told.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding)
    if b"\x00" in data:
        text = _utf_16(data)
        if text is None:
            at = data.index(b"\x00")
            raise SourceError(
                f"is not text (a zero byte at offset {at}); convert it to UTF-8 plain text"
            )
        return text
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        wrong = error
    if declared and _is_plausible(_try(data, declared)):
        return _try(data, declared)
    begun = data[: wrong.start].decode("utf-8")  # UTF-8 up to a damaged byte is damaged UTF-8
    text = "" if _CYRILLIC.search(begun) else _code_page(data)
    if text:
        return text
    raise SourceError(
        f"is not UTF-8 (byte 0x{data[wrong.start]:02x} at offset {wrong.start}); "
        f"convert it, for example: iconv -f WINDOWS-1251 -t UTF-8"
    )


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SourceError(
            f"is not {encoding.upper()} as it says (at offset {error.start}); save it as UTF-8"
        ) from None


def _try(data: bytes, encoding: str) -> str:
    """The decoded text, or nothing."""
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return ""


def _utf_16(data: bytes) -> str | None:
    """UTF-16 without a byte order mark."""
    for encoding in ("utf-16-le", "utf-16-be"):
        text = _try(data, encoding)
        if _is_plausible(text) and len(_LETTER.findall(text[:_SAMPLE])) * 2 > len(text[:_SAMPLE]):
            return text
    return None


def _code_page(data: bytes) -> str:
    """The text in the likely code page with the fewest odd characters and most Kazakh letters."""
    from charset_normalizer import from_bytes  # takes 60 ms, and UTF-8 does not need it

    sample = re.sub(rb"<[a-z/!][^>]*>", b" ", data, flags=re.IGNORECASE)[:_SAMPLE]
    found = from_bytes(sample, cp_isolation=_CODE_PAGES, threshold=0.3)
    likely = sorted((match.encoding for match in found), key=_CODE_PAGES.index)
    texts = [text for text in (_try(data, name) for name in likely) if _is_plausible(text)]
    return min(texts, key=_oddity, default="")


def _oddity(text: str) -> tuple[int, int]:
    sample = text[:_SAMPLE]
    return len(_ODD.findall(sample)), -len(_KAZAKH.findall(sample))


def _is_plausible(text: str) -> bool:
    """Whether it reads as Kazakh or Russian: nearly all letters are of their alphabets."""
    sample = _MARKUP.sub(" ", text[:_SAMPLE])
    letters = _LETTER.findall(sample)
    known = len(_CYRILLIC.findall(sample))
    strange = sum(letter > "\x7f" for letter in letters) - known
    return (
        not _CONTROL.search(sample)
        and known >= _FEWEST
        and known > _LEAST * len(letters)
        and strange <= _STRANGE * len(letters)
    )
