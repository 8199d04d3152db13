"""Writes into an update what the engine takes from its text alone.

`using-graph-uri` and `using-named-graph-uri` stand for USING and USING NAMED in every operation of
the update that has a WHERE, as section 2.2.3 of the SPARQL 1.1 Protocol has it. And CLEAR of a
graph that is not there leaves it empty, as the W3C tests of the protocol want it: the engine would
refuse the whole update, unless told to be SILENT.
"""

import re
from collections.abc import Iterator, Sequence

from pyoxigraph import NamedNode

from service.http.problem import bad_request
from service.sparql.federation import TOKEN, is_telling
from service.sparql.protocol import Update


def with_using(update: Update) -> str:
    """Return the text of an update with the graphs of its request written into it.

    Raises the 400 for a graph name that is no IRI, and for a text that names such graphs itself.
    """
    if not (update.using or update.using_named):
        return update.text
    clause = " ".join(
        [f"USING {read_iri(iri)}" for iri in update.using]
        + [f"USING NAMED {read_iri(iri)}" for iri in update.using_named]
    )
    pieces: list[str] = []
    done = 0
    for start, end, pattern in wheres(update.text):
        pieces.append(update.text[done:start])
        # DELETE WHERE has one pattern for both of its clauses, and no place for USING.
        pieces.append(f" {pattern} {clause} WHERE" if pattern else f" {clause} WHERE")
        done = end
    return "".join(pieces) + update.text[done:]


def with_silent_clear(text: str) -> str:
    """Return the text of an update in which every CLEAR is SILENT."""
    if "clear" not in text.lower():
        return text
    tokens = [token for token in TOKEN.finditer(text) if is_telling(token)]
    pieces: list[str] = []
    done = depth = 0
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        depth += {"{": 1, "}": -1}.get(token.group(), 0)
        is_clear = not depth and token.lastgroup == "word" and token.group().upper() == "CLEAR"
        if is_clear and after is not None and after.group().upper() != "SILENT":
            pieces.append(f"{text[done : token.end()]} SILENT")
            done = token.end()
    return "".join(pieces) + text[done:]


def wheres(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the place of each WHERE of an operation, and the pattern of a DELETE WHERE, else ""."""
    tokens = [token for token in TOKEN.finditer(text) if is_telling(token)]
    depth = 0
    for place, token in enumerate(tokens):
        word = token.group().upper()
        if word == "{":
            depth += 1
        elif word == "}":
            depth -= 1
        elif depth or token.lastgroup != "word":
            continue
        elif word in ("USING", "WITH"):
            raise bad_request(
                f"the update names its graphs with {word}, and the request with using-graph-uri= "
                "or using-named-graph-uri=: use one of them"
            )
        elif word == "WHERE":
            short = place and tokens[place - 1].group().upper() == "DELETE"
            yield token.start(), token.end(), pattern_after(text, tokens[place + 1 :], bool(short))


def pattern_after(text: str, tokens: Sequence[re.Match[str]], wanted: bool) -> str:
    """Return the group in braces that begins with the first of `tokens`; "" if not `wanted`."""
    if not wanted or not tokens or tokens[0].group() != "{":
        return ""
    depth = 0
    for token in tokens:
        depth += {"{": 1, "}": -1}.get(token.group(), 0)
        if not depth:
            return text[tokens[0].start() : token.end()]
    return ""


def read_iri(iri: str) -> NamedNode:
    """Return a graph name of the request."""
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise bad_request(f"the graph name {iri!r} is no absolute IRI: write one") from error
