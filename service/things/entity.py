"""The page of a thing: its name and place, facts with their words, parts, what points at it.

In: a node of the graph, and of the request `show=` (evidence, contents, or the key of a group of
`service.things.relations`) with `offset=`, for the pages of long lists. Out: HTML.
"""

from itertools import islice

from flask import Response, request
from pyoxigraph import NamedNode

from graph.iris import CODE
from service import web
from service.documents.documents import work_path
from service.http.language import messages
from service.http.negotiate import NETWORK_OFFERS
from service.linked.jsonld import write_script
from service.prefixes import RDFS
from service.things.behind import queries
from service.things.contents import Contents, ContentsReader
from service.things.facts import Fact, FactReader
from service.things.glossary import MOST as MOST_USES
from service.things.glossary import Glossary
from service.things.kinds import kind_of
from service.things.naming import STATED_IN, TYPE
from service.things.quotes import Quotes
from service.things.relations import PAGE, Group, Relations
from service.things.terms import Shown, local_path

EVIDENCE_PAGE = 8
"""Mentions beside the facts of a thing."""
STATEMENTS = 200
"""Most statements in the JSON-LD of a page; the whole description is one of its forms."""
DRAWN = 24
"""Most facts and things that point at a thing in the picture on its page."""
FAR = 1_000_000
"""Largest offset that is read."""
SUBCLASS = NamedNode(f"{RDFS}subClassOf")


def entity_page(node: NamedNode, formats: list[tuple[str, str, str]]) -> Response:
    """Return the page about `node`, with links to its other forms."""
    show = web.presenter()
    words = messages()[web.language()]
    quotes = Quotes(show)
    relations = Relations(show, words, quotes)
    reader = FactReader(show, words, quotes.carrier)
    kind = reader.kind(node)
    asked, offset = request.args.get("show", ""), read_offset()
    whole = not asked
    evidence, mentions, all_counted = quotes.page(
        node, offset if asked == "evidence" else 0, PAGE if asked == "evidence" else EVIDENCE_PAGE
    )
    contents, stated, text = None, [], ""
    if kind in ("act", "provision") and asked in ("", "contents"):
        parts = ContentsReader(show, quotes, relations)
        contents = parts.contents(node, offset if asked else 0)
        stated = parts.stated(node) if kind == "provision" and whole else []
        text = parts.text(node) if kind == "provision" and whole else ""
    groups = relations.groups(node, asked, offset) if asked not in ("evidence", "contents") else []
    raw = web.dataset().facts(node) if whole else {}
    facts = reader.facts(node, raw) if whole else []
    path = local_path(node.value, web.dataset().base.iri)
    return web.page(
        "entity.html",
        node=node,
        name=show.names(node),
        kind=kind,
        badges=badges(node),
        way=way(node),
        facts=facts,
        raw=raw,
        evidence=evidence if asked in ("", "evidence") else [],
        mentions=mentions,
        all_counted=all_counted,
        contents=contents if has_parts(contents) else None,
        stated=stated,
        text=text,
        groups=[g for g in groups if not shown_already(g, kind, whole)],
        asked=asked,
        offset=offset,
        page_size=PAGE,
        reader_path=reader_path(node, kind),
        queries=queries(node.value, kind),
        codes=Glossary(show, None).codes(node) if kind == "scheme" and whole else [],
        most_uses=MOST_USES,
        data=write_script(islice(web.dataset().about(node), STATEMENTS), node) if whole else "",
        formats=formats,
        networks=[(o.names[0], o.media_type, f"{path}.{o.names[0]}") for o in NETWORK_OFFERS],
        drawn=whole and is_small(facts, groups),
        path=path,
    )


def read_offset() -> int:
    """Return `offset=` of the request; nonsense counts as 0."""
    value = request.args.get("offset", "")
    return min(int(value), FAR) if value.isascii() and value.isdigit() and len(value) < 8 else 0


def is_small(facts: list[Fact], groups: list[Group]) -> bool:
    """Tell whether what stands around a thing makes a picture that can be read."""
    around = sum(len(fact.values) + fact.more for fact in facts) + sum(g.total for g in groups)
    return around <= DRAWN


def shown_already(group: Group, kind: str, whole: bool) -> bool:
    """Tell whether a page of that kind shows a group of what points at its thing elsewhere."""
    stated = kind == "provision" and group.key.startswith("kzop:statedIn")
    return whole and (stated or (kind == "scheme" and group.key == "skos:inScheme"))


def has_parts(contents: Contents | None) -> bool:
    """Tell whether there is anything in the contents."""
    return contents is not None and bool(contents.containers or contents.parts or contents.offset)


def badges(node: NamedNode) -> list[Shown]:
    """Return the most telling classes of a thing: the general ones follow from them."""
    show = web.presenter()
    dataset = web.dataset()
    classes = [c for c in dataset.values(node, TYPE) if isinstance(c, NamedNode)]
    general = {p for c in classes for p in dataset.values(c, SUBCLASS)}
    named = [show(c) for c in sorted(classes, key=str) if c not in general]
    kind = messages()[web.language()][f"kind_{kind_of(c.value for c in classes)}"]
    return [shown for shown in named if shown.language and shown.text != kind]


def way(node: NamedNode) -> list[Shown]:
    """Return what a thing stands in, from the act down; a statement stands in its provision."""
    show = web.presenter()
    names = show.names
    if node.value.startswith(CODE):
        scheme, _, code = node.value.removeprefix(CODE).partition("/")
        lists = Shown(messages()[web.language()]["codes"], web.language(), "/code", "")
        return [lists, show(CODE + scheme)] if code else [lists]
    stated = web.dataset().value(node, STATED_IN)
    found = [*names.way(stated), stated] if isinstance(stated, NamedNode) else names.way(node)
    shown = []
    for place, one in enumerate(found):
        name = names.short(one) if place else names(one)
        shown.append(Shown(name.text, name.language, show.link(one.value), one.value))
    return shown


def reader_path(node: NamedNode, kind: str) -> str:
    """Return the address of the reader of an act that the store has the text of, else ""."""
    dataset = web.dataset()
    if kind == "act" and dataset.store.records.of_work(node.value):
        return f"/documents/{work_path(dataset, node.value)}"
    return ""
