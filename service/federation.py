"""Finds out whether a query may call another host: a scan of its tokens for SERVICE.

The engine reads a query without a separate token step (`SERVICEex:a{}`, `trueSERVICE<u>{}` and
`FILTER(?a<?b)SERVICE#>` all reach other hosts), so the scan errs on the side of refusing: a
query that contains the word may have it only where no reading of the text makes it a keyword.
"""

import re

KEYWORD = "service"

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


def may_call_service(query: str) -> bool:
    """Tell whether some reading of `query` has a SERVICE clause.

    Never False for a query that has one. True also for some that have none: a prefix that
    contains "service", the word in a relative IRI, or a quotation mark out of place.
    """
    if KEYWORD not in query.lower():
        return False
    return any(may_be_clause(token) for token in TOKEN.finditer(query))


def may_be_clause(token: re.Match[str]) -> bool:
    """Tell whether a token is the keyword, or one whose extent the engine may see otherwise."""
    text = token.group()
    match token.lastgroup:
        case "word":
            return KEYWORD in text.lower()
        case "name":
            return KEYWORD in token.group("prefix").lower()
        case "iri":
            # "<" may be the operator, unless a scheme and "//" follow: no operand begins so.
            doubtful = any(mark in text.lower() for mark in ("#", "'", KEYWORD))
            return doubtful and not ABSOLUTE.match(text)
        case "long":
            # With an escape that it does not know the engine reads ''' as an empty string and '.
            return "\\" in KNOWN_ESCAPE.sub("", text)
        case kind:
            return kind == "unclosed"
