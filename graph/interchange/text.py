"""Characters that a format cannot hold, or reads as its own: a text in, a safe one out.

XML 1.0 has no place for most control characters, not even escaped; a file with one of them is read
by nobody. They become U+FFFD, the sign for a character that could not be kept.
"""

import re

LOST = "\ufffd"
NEVER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML forbids."""
SPECIAL = re.compile("[^ !#-%'-;=?-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML forbids or reads in a way of its own: controls, quotes, `<`, `>`, `&`."""
ESCAPED = {
    ord("&"): "&amp;",
    ord("<"): "&lt;",
    ord(">"): "&gt;",
    ord('"'): "&quot;",
    # In an attribute a reader makes spaces of these where they are not escaped.
    ord("\t"): "&#9;",
    ord("\n"): "&#10;",
    ord("\r"): "&#13;",
}
FORMULA = tuple("=+-@\t\r\n")
"""What a spreadsheet takes a text for a formula by."""


def plain(text: str) -> str:
    """Return a text without the characters that XML forbids."""
    return NEVER.sub(LOST, text)


def xml(text: str) -> str:
    """Return a text for XML: between tags, or in an attribute between `"`."""
    return plain(text).translate(ESCAPED) if SPECIAL.search(text) else text


def guarded(text: str) -> str:
    """Return a text that no spreadsheet computes: with `'` before what begins like a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def comment(text: str) -> str:
    """Return a text for one line of comment."""
    return " ".join(plain(text).split())
