"""SPARQL functions of kzop, under `https://w3id.org/kzop/function#`.

    matches(?text, "words")   whether one literal holds all the words, in any inflection
    collate(?text)            a string that sorts in the order of the Kazakh alphabet
    found(?thing, "words")    whether the text index finds the thing for the words

With an argument of another type the expression is an error, as SPARQL has it.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from graph.search.searchquery import read_query
from graph.search.textindex import TextIndex, TextIndexError
from graph.text.collation import collation_key

PREFIX = "https://w3id.org/kzop/function#"

Term = NamedNode | BlankNode | Literal | Triple
Function = Callable[..., Term | None]

_WORDS_KEPT = 16


def functions(index: str | Path | None = None) -> dict[NamedNode, Function]:
    """Return the functions for `Store.query(custom_functions=)`.

    `index` is the file of a text index; without it there is no `found`. What it finds for some
    words is read once and kept, so make the functions anew when the data has changed.
    """
    named: dict[str, Function] = {"matches": matches, "collate": collate}
    if index is not None:
        named["found"] = _found_in(Path(index))
    return {NamedNode(PREFIX + name): _checked(function) for name, function in named.items()}


def matches(text: Term, words: Term) -> Literal | None:
    """Whether a literal holds all the words in any inflection, and quoted phrases as they are."""
    wanted, held = _string(words), _string(text)
    if wanted is None or held is None:
        return None
    query = read_query(wanted)
    return Literal(bool(query.terms) and query.find(held) is not None)


def collate(text: Term) -> Literal | None:
    """The key of a literal for ORDER BY, a plain string."""
    held = _string(text)
    return None if held is None else Literal(collation_key(held))


def _found_in(path: Path) -> Function:
    @lru_cache(maxsize=_WORDS_KEPT)
    def things(words: str) -> frozenset[str] | None:
        try:
            with TextIndex.open(path, read_only=True) as index:
                return index.things(words)
        except TextIndexError:
            return None

    def found(thing: Term, words: Term) -> Literal | None:
        """Whether the index finds the thing; an error if it finds more than it can tell."""
        wanted = _string(words)
        if wanted is None or not isinstance(thing, NamedNode):
            return None
        known = things(wanted)
        return None if known is None else Literal(thing.value in known)

    return found


def _checked(function: Function) -> Function:
    """The function, an error for a wrong number of arguments.

    The engine makes an error of every exception, so that a fault in here would stay unseen; what is
    expected is returned as None.
    """
    count = function.__code__.co_argcount

    @wraps(function)
    def checked(*arguments: Term) -> Term | None:
        return function(*arguments) if len(arguments) == count else None

    return checked


def _string(term: Term) -> str | None:
    """The text of a string, with or without a language."""
    if isinstance(term, Literal) and (term.language or term.datatype.value == _XSD_STRING):
        return term.value
    return None


_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
