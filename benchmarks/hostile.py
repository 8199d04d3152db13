"""Requests that mean harm: queries without end, texts that nest too deep, bodies that explode.

Each is made from nothing but its size, so that tests can send smaller ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass

ALL = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o"
NONE = "FILTER(?c + ?f + ?i + ?l + ?o = -1)"
PATHS = "?a <urn:p>* ?b . ?c <urn:p>* ?d . ?e <urn:p>* ?f . ?g <urn:p>* ?h"
FOREVER = {
    "aggregate": f"SELECT (COUNT(*) AS ?n) {{ {ALL} }}",
    "order": f"SELECT * {{ {ALL} FILTER(?c != ?f) }} ORDER BY ?c",
    "group": f"SELECT ?c (SUM(?f) AS ?s) {{ {ALL} }} GROUP BY ?c",
    "ask": f"ASK {{ {ALL} {NONE} }}",
    "construct": f"CONSTRUCT {{ ?a ?b ?o }} {{ {ALL} {NONE} }}",
    "describe": f"DESCRIBE ?a {{ {ALL} {NONE} }}",
    "path": f"SELECT (COUNT(*) AS ?n) {{ {PATHS} }}",
    "minus": f"SELECT ?a {{ {ALL} MINUS {{ {ALL} }} }}",
    "exists": f"SELECT ?x {{ ?x ?y ?z FILTER NOT EXISTS {{ {ALL} {NONE} }} }}",
    "regex": f'SELECT ?a {{ {ALL} FILTER(REGEX(STR(?c + ?f + ?i + ?l + ?o), "^(x+x+)+y")) }}',
    "sub-select": f"SELECT (COUNT(*) AS ?n) {{ {{ SELECT DISTINCT ?a ?d ?g ?j {{ {ALL} }} }} }}",
    "values": "SELECT (COUNT(*) AS ?n) { "
    + " ".join(f"VALUES ?v{i} {{ {' '.join(map(str, range(200)))} }}" for i in range(6))
    + " }",
}
"""Queries that give nothing for years."""
ENDLESS = {
    "rows": f"SELECT * {{ {ALL} }}",
    "triples": f"CONSTRUCT {{ ?m <urn:with> ?l, ?i, ?f }} {{ {ALL} }}",
}
"""Queries that give rows for years."""
EXPLODING = f"INSERT {{ ?a ?b ?o, ?l, ?i }} WHERE {{ {ALL} }}"
"""An update that never ends."""


@dataclass(frozen=True)
class Hostile:
    """A request that means harm."""

    name: str
    kind: str
    """Its Content-Type: SPARQL goes to `/sparql`, the rest into a graph."""
    body: bytes


def queries(size: int) -> Iterator[Hostile]:
    """Yield queries; `size` is the most bytes of one."""

    def query(name: str, text: str) -> Hostile:
        return Hostile(name, "application/sparql-query", text.encode())

    def nest(
        name: str, before: str, opening: str, middle: str, closing: str, after: str
    ) -> Hostile:
        depth = (size - len(before) - len(middle) - len(after)) // len(opening + closing)
        return query(name, before + opening * depth + middle + closing * depth + after)

    yield nest("parentheses", "SELECT * { FILTER(", "(", "1", ")", ") }")
    yield nest("not", "SELECT * { FILTER(", "!(", "1", ")", ") }")
    yield nest("minus signs", "SELECT * { FILTER(", "-(", "1", ")", ") }")
    yield nest("braces", "SELECT * ", "{", "?s ?p ?o", "}", "")
    yield nest("braces open", "SELECT * ", "{", "", "", "")
    yield nest("or", "SELECT * { ?s ?p ?o FILTER(1", "||1", "", "", ") }")
    yield nest("and", "SELECT * { ?s ?p ?o FILTER(1", "&&1", "", "", ") }")
    yield nest("plus", "SELECT * { ?s ?p ?o FILTER(1", "+1", "", "", ") }")
    yield nest("union", "SELECT * { {}", "UNION{}", "", "", " }")
    yield nest("optional", "SELECT * { ?s ?p ?o ", "OPTIONAL{?s ?p ?o ", "", "}", " }")
    yield nest("minus", "SELECT * { ?s ?p ?o ", "MINUS{?s ?p ?o ", "", "}", " }")
    yield nest("exists", "SELECT * { ?s ?p ?o ", "FILTER EXISTS{?s ?p ?o ", "", "}", " }")
    yield nest("sub-selects", "", "SELECT * {{", "?s ?p ?o", "}}", "")
    yield nest("quoted triples", "SELECT * { ?x ?y ", "<<(?s ?p ", "?o", ")>>", " }")
    yield nest("reified", "SELECT * { ?x ?y ", "<<?s ?p ", "?o", ">>", " }")
    yield nest("lists", "SELECT * { ?x ?y ", "(", "", ")", " }")
    yield nest("blank nodes", "SELECT * { ?x ?y ", "[?p ", "1", "]", " }")
    yield nest("path stars", "SELECT * { ?s ", "(", "<urn:p>", ")*", " ?o }")
    yield query("path bomb", f"SELECT * {{ ?s {'(' * 40}<urn:p>{')*' * 40} ?o }}")
    yield nest("path sequence", "SELECT * { ?s <urn:p>", "/<urn:p>*", "", "", " ?o }")
    yield nest("path inverse", "SELECT * { ?s ", "^(", "<urn:p>", ")", " ?o }")
    yield nest("if", "SELECT (", "IF(1,1,", "1", ")", " AS ?x) {}")
    yield nest("functions", "SELECT (", "STR(", "1", ")", " AS ?x) {}")
    yield nest("triples", "SELECT * {", "?s ?p ?o.", "", "", "}")
    yield nest("graphs", "SELECT * {", "GRAPH ?g{", "", "}", "}")
    yield nest("values", "SELECT (COUNT(*) AS ?n) { VALUES ?v {", "1 ", "", "", "} }")
    yield nest("binds", "SELECT * {", "BIND(1 AS ?x)", "", "", "}")
    yield query(
        "many binds", f"SELECT * {{ {' '.join(f'BIND({i} AS ?v{i})' for i in range(size // 20))} }}"
    )
    yield nest("prefixes", "", "PREFIX a:<b>", "", "", "SELECT * {}")
    yield nest("literal", 'SELECT ("', "x", "", "", '" AS ?x) {}')
    yield nest("IRI", "SELECT * { <urn:", "x", "", "", "> ?p ?o }")
    yield nest("variable", "SELECT ?", "x", "", "", " {}")
    yield nest("comment", "SELECT * {} #", "x", "", "", "")
    growing = " ".join(f"BIND(CONCAT(?s{i},?s{i}) AS ?s{i + 1})" for i in range(40))
    yield query(
        "growing text", f'SELECT (STRLEN(?s40) AS ?n) {{ BIND("xxxxxxxx" AS ?s0) {growing} }}'
    )
    replacing = " ".join(f'BIND(REPLACE(?s{i},"x","xxxxxxxxxx") AS ?s{i + 1})' for i in range(12))
    yield query(
        "growing replacement", f'SELECT (STRLEN(?s12) AS ?n) {{ BIND("x" AS ?s0) {replacing} }}'
    )
    yield query(
        "regex bomb", 'SELECT (REGEX("' + "x" * 5000 + '", "(x{1,1000}){1,1000}y") AS ?r) {}'
    )
    yield query(
        "regex size",
        'SELECT (REGEX("x", "' + "((((((x{20}){20}){20}){20}){20}){20})" + '") AS ?r) {}',
    )
    yield query("regex nest", f'SELECT (REGEX("x", "{"(" * 50_000}{")" * 50_000}") AS ?r) {{}}')
    yield query("cross order", f"SELECT * {{ {ALL} }} ORDER BY ?c ?f ?i ?l")
    yield query("cross group", f"SELECT ?a (GROUP_CONCAT(?c) AS ?x) {{ {ALL} }} GROUP BY ?a ?d ?g")
    yield query("cross distinct", f"SELECT DISTINCT * {{ {ALL} }}")
    yield query("cross construct", f"CONSTRUCT {{ ?a ?b ?f }} {{ {ALL} }}")
    yield query("group concat", f"SELECT (GROUP_CONCAT(STR(?a)) AS ?x) {{ {ALL} }}")
    yield query("huge numbers", f"SELECT ({'9' * 100_000} * {'9' * 100_000} AS ?x) {{}}")
    yield query("huge decimal", f"SELECT (1.{'9' * 100_000} AS ?x) {{}}")
    yield query("huge limit", f"SELECT * {{}} LIMIT {'9' * 1000}")
    yield query("NUL", "SELECT * { ?s ?p '\0' }")
    yield Hostile("no UTF-8", "application/sparql-query", b"SELECT * { ?s ?p '\xff\xfe' }")
    yield Hostile("surrogate", "application/sparql-query", b"SELECT * { ?s ?p '\xed\xa0\x80' }")


def updates(size: int) -> Iterator[Hostile]:
    """Yield updates; `size` is the most bytes of one."""

    def update(name: str, text: str) -> Hostile:
        return Hostile(name, "application/sparql-update", text.encode())

    depth = size // 8
    yield update("exploding insert", EXPLODING)
    yield update("exploding delete", f"DELETE {{ ?a ?b ?o }} WHERE {{ {ALL} }}")
    yield update(
        "nested update", f"INSERT {{ <urn:x> <urn:y> 1 }} WHERE {'{' * depth}{'}' * depth}"
    )
    yield update(
        "quoted data",
        f"INSERT DATA {{ <urn:x> <urn:y> {'<<(<a:b> <a:b> ' * depth}1{')>>' * depth} }}",
    )
    yield update("open data", "INSERT DATA { <urn:x> <urn:y> " + "[ <urn:z> " * depth)
    yield update(
        "many operations",
        "CREATE SILENT GRAPH <urn:hostile> ;" * (size // 40) + "DROP SILENT GRAPH <urn:hostile>",
    )
    yield update("malformed", "INSERT DATA { <urn:x> <urn:y> }")


def bodies(size: int) -> Iterator[Hostile]:
    """Yield bodies for a graph; `size` is about the bytes of one."""
    turtle, xml, ld = "text/turtle", "application/rdf+xml", "application/ld+json"
    depth = size // 10
    start = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:">'
    lol = "".join(f'<!ENTITY l{i + 1} "{f"&l{i};" * 10}">' for i in range(12))
    entities = f'<!DOCTYPE x [<!ENTITY l0 "lol">{lol}]>'
    yield Hostile("lists", turtle, b"<a:b> <a:c> " + b"(" * depth + b")" * depth + b" .")
    yield Hostile("lists open", turtle, b"<a:b> <a:c> " + b"(" * size)
    yield Hostile(
        "blank nodes", turtle, b"<a:b> <a:c> " + b"[<a:d> " * depth + b"1" + b"]" * depth + b" ."
    )
    yield Hostile(
        "quoted triples",
        turtle,
        b"<a:b> <a:c> " + b"<<(<a:b> <a:c> " * (depth // 2) + b"1" + b")>>" * (depth // 2) + b" .",
    )
    yield Hostile("reified triples", turtle, b"<< " * depth)
    yield Hostile("long literal", turtle, b'<a:b> <a:c> "' + b"x" * size + b'" .')
    yield Hostile("open literal", turtle, b'<a:b> <a:c> """' + b"x" * size)
    yield Hostile("long IRI", turtle, b"<a:" + b"b" * size + b"> <a:c> 1 .")
    yield Hostile("prefixes", turtle, b"@prefix a: <b:> .\n" * depth)
    yield Hostile("no Turtle", turtle, b"\xff\xfe\x00" * 1000)
    yield Hostile(
        "quoted N-Triples",
        "application/n-triples",
        b"<a:b> <a:c> "
        + b"<<( <a:b> <a:c> " * (depth // 2)
        + b"<a:d>"
        + b" )>>" * (depth // 2)
        + b" .",
    )
    yield Hostile(
        "elements",
        xml,
        start.encode()
        + b"<e:a><e:b>" * (size // 20)
        + b"</e:b></e:a>" * (size // 20)
        + b"</rdf:RDF>",
    )
    yield Hostile("elements open", xml, start.encode() + b"<e:a><e:b>" * (size // 10))
    yield Hostile(
        "entities", xml, f"{entities}{start}<e:a><e:b>&l12;</e:b></e:a></rdf:RDF>".encode()
    )
    yield Hostile(
        "attributes",
        xml,
        start.encode()
        + b"<e:a "
        + b" ".join(b'e:x%d="1"' % i for i in range(depth))
        + b"/></rdf:RDF>",
    )
    yield Hostile("arrays", ld, b"[" * depth + b"]" * depth)
    yield Hostile("arrays open", ld, b"[" * size)
    yield Hostile("objects", ld, b'{"a:b":' * depth + b"1" + b"}" * depth)
    yield Hostile("lists", ld, b'{"a:b":{"@list":[' * (depth // 2) + b"1" + b"]}}" * (depth // 2))
    yield Hostile("contexts", ld, b'{"@context":' + b"[" * depth + b"]" * depth + b"}")
    cycle = ",".join(f'"p{i}":"p{i + 1}:"' for i in range(1000))
    yield Hostile(
        "cyclic context", ld, f'{{"@context":{{{cycle},"p1000":"p0:"}},"p0:x":1}}'.encode()
    )
    yield Hostile("many keys", ld, b"{" + b",".join(b'"a:b%d":1' % i for i in range(depth)) + b"}")
