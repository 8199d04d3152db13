"""What went wrong in the engine, as a Problem that a client can act on."""

import re

from service.http.problem import Problem

SYNTAX_ERROR = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)


def syntax_problem(query: str, message: str) -> Problem:
    """Return the 400 for a syntax error in `query`, from the message of the engine."""
    found = SYNTAX_ERROR.match(message)
    if not found:
        return Problem(400, "syntax-error", "Syntax error", "the query cannot be parsed")
    line, column = int(found[1]), int(found[2])
    detail = f"line {line}, column {column}: {explain(query, line, column, found[3])}"
    position = {"line": line, "column": column}
    return Problem(400, "syntax-error", "Syntax error", detail, members=position)


def explain(query: str, line: int, column: int, expected: str) -> str:
    """Return in words what is wrong at a place of `query` where the parser `expected` something.

    The list of the parser mixes sentences, quoted words and sets of letters, which say little.
    """
    parts = [part for part in re.split(r", (?![^\[]*\])", expected) if not part.startswith("[")]
    sentences = [part for part in parts if re.match(r"[A-Z]\S* [a-z]", part)]
    if sentences:
        return f"{sentences[0]} ({nearby(query, line, column)})"
    wanted = f", expected {' or '.join(parts)}" if 0 < len(parts) <= 6 else ""
    return f"syntax error {nearby(query, line, column)}{wanted}"


def nearby(query: str, line: int, column: int) -> str:
    """Return the word of `query` at a place (line and column from 1) as words for a message."""
    lines = query.split("\n")
    text = lines[line - 1] if line <= len(lines) else ""
    before = text[: column - 1].split(" ")[-1]
    after = text[column - 1 :].split(" ")[0].rstrip("\r")
    if before + after:
        return f"near {(before + after)[:40]!r}"
    return "at the end of the query" if line >= len(lines) else "at the end of the line"


def run_time_problem(error: Exception) -> Problem:
    """Return the 500 for a query that is well-formed but could not be evaluated."""
    # The messages of RuntimeError speak of the query; those of OSError may name files.
    reason = str(error) if isinstance(error, RuntimeError | ValueError) else "the store failed"
    detail = f"the query could not be answered: {reason}"
    return Problem(500, "query-failed", "Query failed", detail)
