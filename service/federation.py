"""Finds out whether a query or update may call another host: a scan for SERVICE and LOAD.

The engine reads a text without a separate token step (`SERVICEex:a{}`, `trueSERVICE<u>{}` and
`FILTER(?a<?b)SERVICE#>` all reach other hosts), so the scan errs on the side of refusing: a
query that contains the word may have it only where no reading of the text makes it a keyword.
"""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from service.problem import Problem

SERVICE = "service"
LOAD = "load"

NOWHERE = "<urn:kzop:nowhere>"
"""An address that no engine can call."""

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


def may_call_out(text: str, keyword: str) -> bool:
    """Tell whether some reading of `text` has a clause that begins with `keyword`, in lower case.

    Never False for a text that has one. True also for some that have none: a prefix that
    contains the keyword, the word in a relative IRI, or a quotation mark out of place.
    """
    if keyword not in text.lower():
        return False
    return any(may_be_clause(token, keyword) for token in TOKEN.finditer(text))


def calls_only(text: str, keyword: str, hosts: Collection[str]) -> bool:
    """Tell whether every such clause, in every reading of `text`, names one of `hosts` by IRI.

    A host is a name, which stands for all its ports, or `name:port`.
    """
    if keyword not in text.lower():
        return True
    waiting = False
    for token in TOKEN.finditer(text):
        word = token.group().lower()
        if not is_telling(token):
            continue
        if waiting and word != "silent":
            if word != NOWHERE and (
                token.lastgroup != "iri" or not is_host(token.group()[1:-1], hosts)
            ):
                return False
            waiting = False
        elif token.lastgroup == "word" and word == keyword:
            waiting = True
        elif may_be_clause(token, keyword):
            return False
    return not waiting


def without_silent_loads(text: str, hosts: Collection[str]) -> str:
    """Return an update whose LOAD SILENT of a host that is not allowed leads nowhere.

    The engine fails to load that, and SILENT means that it goes on.
    """
    tokens = [token for token in TOKEN.finditer(text) if is_telling(token)]
    pieces, done = [], 0
    for first, second, third in zip(tokens, tokens[1:], tokens[2:], strict=False):
        words = (first.group().lower(), second.group().lower(), third.lastgroup)
        if words == (LOAD, "silent", "iri") and not is_host(third.group()[1:-1], hosts):
            pieces += [text[done : third.start()], NOWHERE]
            done = third.end()
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
