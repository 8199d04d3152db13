"""Finds out whether a query or update may call another host: a scan for SERVICE and LOAD.

The engine reads a text without a separate token step (`SERVICEex:a{}`, `trueSERVICE<u>{}` and
`FILTER(?a<?b)SERVICE#>` all reach other hosts), so the scan errs on the side of refusing: a
query that contains the word may have it only where no reading of the text makes it a keyword.
"""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from service.http.problem import Problem

SERVICE = "service"
LOAD = "load"

NOWHERE = re.compile(r"<x:-*>")
"""An address that no engine can call."""

END = (";", "{", "}")
"""What ends a clause, or begins its body."""

KNOWN_ESCAPE = re.compile(r"\\[tbnrf\"'\\]")

ABSOLUTE = re.compile(r"<[a-z][a-z0-9+.-]*://", re.IGNORECASE)

# Each token is read once and no alternative looks far ahead, so the scan takes linear time:
# a long string that does not end stops it (`unclosed`).
TOKEN = re.compile(
    r"""
    (?P<comment>  \#[^\n\r]* )
  | (?P<iri>      <[^<>"{}|^`\x00-\x20]*> )
  | (?P<long>     '''(?:'{0,2}(?:[^'\\]|\\.))*''' | \"\"\"(?:"{0,2}(?:[^"\\]|\\.))*\"\"\" )
  | (?P<string>   '(?!'')(?:[^'\\\n\r]|\\(?:[tbnrf"'\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}))*'
                | "(?!"")(?:[^"\\\n\r]|\\(?:[tbnrf"'\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}))*" )
  | (?P<unclosed> ['"] )
  | (?P<variable> [?$]\w+ )
  | (?P<name>     (?P<prefix>[\w.-]*+):
                  (?: (?:[\w:]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])
                      (?:[\w:.-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])* )? )
  | (?P<word>     [\w.-]+ )
  | (?P<other>    . )
    """,
    re.VERBOSE | re.DOTALL,
)


def calls_only(text: str, keyword: str, hosts: Collection[str]) -> bool:
    """Tell whether every clause that begins with `keyword` (in lower case) calls one of `hosts`.

    A host is a name, which stands for all its ports, or `name:port`. Never True for a text that has
    another call in some reading of it, or one that does not name its host by an IRI. False also for
    some that have none: a prefix that contains the keyword, the word in a relative IRI, or a
    quotation mark out of place.
    """
    if keyword not in text.lower():
        return True
    waiting = False
    for token in TOKEN.finditer(text):
        word = token.group().lower()
        if not is_telling(token):
            continue
        if waiting and word in END:
            waiting = False  # there is no address: the engine will say so
        elif waiting and word != "silent":
            is_known = NOWHERE.fullmatch(word) or is_host(token.group()[1:-1], hosts)
            if token.lastgroup != "iri" or not is_known:
                return False
            waiting = False
        elif token.lastgroup == "word" and word == keyword:
            waiting = True
        elif may_be_clause(token, keyword):
            return False
    return True


def without_calls(text: str, keyword: str, hosts: Collection[str], *, silent: bool = False) -> str:
    """Return a text whose plain calls of hosts that are not allowed lead nowhere.

    Such a text is well-formed if the other is, and every word keeps its place; but its calls fail.
    With `silent` they are those after which the engine goes on, because they say SILENT.
    """
    tokens = [token for token in TOKEN.finditer(text) if is_telling(token)]
    kinds = ("iri",) if silent else ("iri", "name")  # whether a prefix is declared, it cannot tell
    pieces, done = [], 0
    for before, first, second in zip([None, *tokens], tokens, tokens[1:], strict=False):
        word = first.group().lower()
        if word == "silent" and before is not None:
            word = before.group().lower()
        elif silent:
            continue
        where = second.group()
        if word == keyword and second.lastgroup in kinds:
            if second.lastgroup == "iri" and is_host(where[1:-1], hosts):
                continue
            pieces += [text[done : second.start()], f"<x:{'-' * (len(where) - 4)}>"]
            done = second.end()
    return "".join(pieces) + text[done:]


def is_telling(token: re.Match[str]) -> bool:
    """Tell whether a token is more than space between others."""
    return token.lastgroup != "comment" and not token.group().isspace()


def is_host(iri: str, hosts: Collection[str]) -> bool:
    """Tell whether a web address leads to one of `hosts`."""
    try:
        parts = urlsplit(iri)
        port = parts.port
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return False
    return parts.hostname in hosts or (port is not None and f"{parts.hostname}:{port}" in hosts)


def may_be_clause(token: re.Match[str], keyword: str) -> bool:
    """Tell whether a token is the keyword, or one whose extent the engine may see otherwise."""
    text = token.group()
    match token.lastgroup:
        case "word":
            return keyword in text.lower()
        case "name":
            return keyword in token.group("prefix").lower()
        case "iri":
            # "<" may be the operator, unless a scheme and "//" follow: no operand begins so.
            doubtful = any(mark in text.lower() for mark in ("#", "'", keyword))
            return doubtful and not ABSOLUTE.match(text)
        case "long":
            # With an escape that it does not know the engine reads ''' as an empty string and '.
            return "\\" in KNOWN_ESCAPE.sub("", text)
        case kind:
            return kind == "unclosed"


def refuse_calls(text: str, keywords: Collection[str], hosts: Collection[str]) -> None:
    """Raise the 403 for a text that may make the engine call a host that is not allowed."""
    for keyword in keywords:
        if not calls_only(text, keyword, hosts):
            word = keyword.upper()
            allowed = f"only {', '.join(hosts)}" if hosts else "no other host"
            raise Problem(
                403,
                f"{keyword}-not-allowed",
                f"{word} not allowed",
                f"this endpoint calls {allowed}: leave out {word} "
                "(and do not use the word in a prefix or a relative IRI)",
            )
