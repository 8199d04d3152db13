"""The ontology and the code lists: complete, labelled in three languages, in step with the code."""

import re
import tomllib
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SH, SKOS, Graph, Literal, Namespace, URIRef

from graph import ontology, vocab
from graph.files import data_folder
from graph.iris import Base
from graph.pipeline import to_graphs
from graph.shapes import validate
from graph.source import read as read_source

KZOP = Namespace(vocab.KZOP)
CODE = Namespace(vocab.CODE)
ELI = Namespace("http://data.europa.eu/eli/ontology#")
SCHEMA = Namespace("https://schema.org/")
DCTERMS = Namespace("http://purl.org/dc/terms/")
CC0 = URIRef("https://creativecommons.org/publicdomain/zero/1.0/")

TERMS = tomllib.loads(
    Path(__file__).with_name("shapes").joinpath("terms.toml").read_text(encoding="utf-8")
)
CODES = [
    (scheme, code, kk) for scheme, codes in TERMS["codes"].items() for code, kk in codes.items()
]
KAZAKH = set("аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя")


def read(name: str) -> Graph:
    return Graph().parse(data_folder("ontology") / name, format="turtle")


TERM_GRAPH = read("kzop.ttl")
CODE_GRAPH = read("codes.ttl")
RULE_GRAPH = read("rules.ttl")
SHAPE_GRAPH = read("shapes.ttl")


def terms_of(kind: URIRef) -> set[str]:
    """Local names of the kzop terms of this kind."""
    return {
        str(term).removeprefix(KZOP)
        for term in TERM_GRAPH.subjects(RDF.type, kind)
        if str(term).startswith(KZOP)
    }


def labels(data: Graph, node: URIRef, predicate: URIRef = RDFS.label) -> dict[str, str]:
    """Labels by language; two in one language are an error."""
    found: dict[str, str] = {}
    for label in data.objects(node, predicate):
        assert isinstance(label, Literal), node
        assert label.language is not None, node
        assert label.language not in found, f"{node} has two labels in {label.language}"
        found[label.language] = str(label)
    return found


def compact(node: object) -> str:
    return TERM_GRAPH.namespace_manager.curie(str(node), generate=False)


def test_classes_are_the_promised_ones() -> None:
    assert terms_of(OWL.Class) == set(TERMS["classes"])
    assert len(TERMS["classes"]) == 21


def test_properties_are_the_promised_ones() -> None:
    properties = terms_of(OWL.ObjectProperty) | terms_of(OWL.DatatypeProperty)
    assert properties == set(TERMS["properties"])
    assert len(TERMS["properties"]) == 31


@pytest.mark.parametrize(("name", "superclass"), TERMS["classes"].items())
def test_superclass(name: str, superclass: str) -> None:
    found = [compact(node) for node in TERM_GRAPH.objects(KZOP[name], RDFS.subClassOf)]
    assert found == ([superclass] if superclass else [])


@pytest.mark.parametrize(("name", "signature"), TERMS["properties"].items())
def test_domain_and_range(name: str, signature: str) -> None:
    for text, strict, usual in zip(
        signature.split(" -> "),
        (RDFS.domain, RDFS.range),
        (SCHEMA.domainIncludes, SCHEMA.rangeIncludes),
        strict=True,
    ):
        parts = set() if text == "any" else set(text.split(", "))
        expected = {part.strip("()") for part in parts if part.startswith("(")}
        assert {compact(node) for node in TERM_GRAPH.objects(KZOP[name], usual)} == expected
        expected = {part for part in parts if not part.startswith("(")}
        assert {compact(node) for node in TERM_GRAPH.objects(KZOP[name], strict)} == expected


@pytest.mark.parametrize("name", TERMS["properties"])
def test_kind_of_property_fits_its_range(name: str) -> None:
    ranges = list(TERM_GRAPH.objects(KZOP[name], RDFS.range))
    literal = any(compact(node).startswith(("xsd:", "rdf:")) for node in ranges)
    kind = OWL.DatatypeProperty if literal else OWL.ObjectProperty
    assert (KZOP[name], RDF.type, kind) in TERM_GRAPH


@pytest.mark.parametrize("name", [*TERMS["classes"], *TERMS["properties"]])
def test_term_is_described(name: str) -> None:
    assert set(labels(TERM_GRAPH, KZOP[name])) == {"kk", "ru", "en"}
    assert set(labels(TERM_GRAPH, KZOP[name], RDFS.comment)) == {"kk", "ru", "en"}
    assert (KZOP[name], RDFS.isDefinedBy, URIRef(vocab.KZOP.rstrip("#"))) in TERM_GRAPH


def test_ontology_header() -> None:
    header = URIRef("https://w3id.org/kzop/ontology")
    assert (header, RDF.type, OWL.Ontology) in TERM_GRAPH
    assert (header, DCTERMS.license, CC0) in TERM_GRAPH
    assert set(labels(TERM_GRAPH, header, DCTERMS.title)) == {"kk", "ru", "en"}
    assert set(labels(TERM_GRAPH, header, DCTERMS.description)) == {"kk", "ru", "en"}
    assert list(TERM_GRAPH.objects(header, OWL.imports)) == []


def test_declared_prefixes_are_those_of_the_file() -> None:
    declared = {
        str(TERM_GRAPH.value(node, SH.prefix)): str(TERM_GRAPH.value(node, SH.namespace))
        for node in TERM_GRAPH.objects(URIRef("https://w3id.org/kzop/ontology"), SH.declare)
    }
    own = {prefix: str(namespace) for prefix, namespace in TERM_GRAPH.namespaces()}
    assert declared.pop("kzc") == vocab.CODE
    assert len(declared) > 10
    assert {prefix: own.get(prefix) for prefix in declared} == declared


def test_code_lists_are_the_promised_ones() -> None:
    promised = {scheme: frozenset(codes) for scheme, codes in TERMS["codes"].items()}
    assert promised == {scheme: frozenset(codes) for scheme, codes in vocab.CODES.items()}
    schemes = {CODE[scheme] for scheme in TERMS["codes"]}
    assert set(CODE_GRAPH.subjects(RDF.type, SKOS.ConceptScheme)) == schemes
    concepts = {CODE[f"{scheme}/{code}"] for scheme, code, _ in CODES}
    assert set(CODE_GRAPH.subjects(RDF.type, SKOS.Concept)) == concepts


@pytest.mark.parametrize(("scheme", "code", "kk"), CODES)
def test_code(scheme: str, code: str, kk: str) -> None:
    concept = CODE[f"{scheme}/{code}"]
    assert list(CODE_GRAPH.objects(concept, SKOS.notation)) == [Literal(code)]
    assert list(CODE_GRAPH.objects(concept, SKOS.inScheme)) == [CODE[scheme]]
    assert list(CODE_GRAPH.objects(concept, SKOS.topConceptOf)) == [CODE[scheme]]
    found = labels(CODE_GRAPH, concept, SKOS.prefLabel)
    assert set(found) == {"kk", "ru", "en"}
    assert found["kk"] == kk
    assert labels(CODE_GRAPH, concept) == found
    eli = {"docType": ELI.ResourceType, "unit": ELI.SubdivisionType}
    extra = set(CODE_GRAPH.objects(concept, RDF.type)) - {SKOS.Concept}
    assert extra == ({eli[scheme]} if scheme in eli else set())


@pytest.mark.parametrize("scheme", TERMS["codes"])
def test_scheme(scheme: str) -> None:
    found = labels(CODE_GRAPH, CODE[scheme], SKOS.prefLabel)
    assert set(found) == {"kk", "ru", "en"}
    assert labels(CODE_GRAPH, CODE[scheme]) == found
    assert (CODE[scheme], DCTERMS.license, CC0) in CODE_GRAPH


def test_kazakh_labels_use_the_kazakh_alphabet_alone() -> None:
    kazakh = [
        literal
        for data in (TERM_GRAPH, CODE_GRAPH)
        for predicate in (RDFS.label, SKOS.prefLabel)
        for literal in data.objects(None, predicate)
        if isinstance(literal, Literal) and literal.language == "kk"
    ]
    assert len(kazakh) > 250
    foreign = {
        str(label): letters
        for label in kazakh
        if (letters := {c for c in str(label).lower() if c.isalpha()} - KAZAKH)
    }
    assert foreign == {}


def test_comments_have_no_word_in_mixed_scripts() -> None:
    mixed = re.compile(r"[A-Za-zÀ-ʯ][Ѐ-ԯ]|[Ѐ-ԯ][A-Za-zÀ-ʯ]")
    comments = [str(comment) for comment in TERM_GRAPH.objects(None, RDFS.comment)]
    assert len(comments) > 100
    assert [comment for comment in comments if mixed.search(comment)] == []


def test_labels_satisfy_the_shapes_of_clean_labels() -> None:
    data = (*ontology.statements("ontology"), *ontology.statements("codes"))
    assert validate(data).violations == ()


def test_vocab_is_in_step_with_the_turtle_files() -> None:
    text = ontology.VOCAB.read_text(encoding="utf-8")
    assert text == ontology.generate(), "run `kzop vocab` and commit graph/vocab.py"


def test_vocab_constants() -> None:
    assert vocab.statedIn == "https://w3id.org/kzop/ontology#statedIn"
    assert {vocab.KZOP + name for name in TERMS["classes"]} == set(vocab.CLASSES)
    assert {vocab.KZOP + name for name in TERMS["properties"]} == set(vocab.PROPERTIES)
    assert all(
        getattr(vocab, iri.removeprefix(vocab.KZOP)) == iri
        for iri in (*vocab.CLASSES, *vocab.PROPERTIES)
    )
    assert vocab.SUPERCLASSES[vocab.Treaty] == (vocab.LegalDocument, str(ELI.LegalResource))
    assert vocab.SUPERCLASSES[vocab.Penalty] == ()


def test_write_writes_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ontology, "VOCAB", tmp_path / "vocab.py")
    assert ontology.write() is True
    assert ontology.write() is False
    assert (tmp_path / "vocab.py").read_text(encoding="utf-8") == ontology.generate()


@pytest.mark.parametrize(
    ("name", "data"), [("ontology", TERM_GRAPH), ("codes", CODE_GRAPH + RULE_GRAPH)]
)
def test_statements_are_the_file_sorted_without_blank_nodes(name: str, data: Graph) -> None:
    lines = ontology.statements(name)
    assert list(lines) == sorted(set(lines))
    assert len(lines) == len(data)
    assert not any(line.startswith("_:") or " _:" in line for line in lines)
    text = "".join(f"{line} .\n" for line in lines)
    assert set(Graph().parse(data=text, format="nt")) == set(data)


def test_a_blank_node_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kzop.ttl").write_text("<https://example.org/a> <https://example.org/b> [] .")
    monkeypatch.setattr(ontology, "data_folder", lambda _: tmp_path)
    with pytest.raises(ValueError, match=r"^kzop\.ttl: blank node in '.*': give the node an IRI$"):
        ontology.statements("ontology")


def test_an_unknown_file_is_refused() -> None:
    with pytest.raises(ValueError, match="no ontology file is called 'terms'"):
        ontology.statements("terms")


def kzop_names(text: str) -> set[str]:
    without_comments = re.sub(r"(?m)^\s*#.*$", "", text)
    return set(re.findall(r"\bkzop:(\w+)", without_comments))


def test_shapes_use_only_terms_that_exist() -> None:
    used = kzop_names((data_folder("ontology") / "shapes.ttl").read_text(encoding="utf-8"))
    assert len(used) > 40
    assert used - set(TERMS["classes"]) - set(TERMS["properties"]) == set()


@pytest.mark.parametrize("path", sorted(data_folder("queries").glob("*.rq")), ids=lambda p: p.stem)
def test_queries_use_only_terms_that_exist(path: Path) -> None:
    used = kzop_names(path.read_text(encoding="utf-8"))
    assert used - set(TERMS["classes"]) - set(TERMS["properties"]) == set()


def test_shapes_use_only_codes_that_exist() -> None:
    used = {
        str(node)
        for triple in SHAPE_GRAPH
        for node in triple
        if isinstance(node, URIRef) and str(node).startswith(CODE)
    }
    known = {str(CODE[scheme]) for scheme in TERMS["codes"]}
    known |= {str(CODE[f"{scheme}/{code}"]) for scheme, code, _ in CODES}
    assert len(used) > 20
    assert used - known == set()


@pytest.mark.parametrize("name", TERMS["classes"])
def test_every_class_has_a_shape(name: str) -> None:
    targets = {str(target) for target in SHAPE_GRAPH.objects(None, SH.targetClass)}
    assert targets & {str(KZOP[name]), *vocab.SUPERCLASSES[str(KZOP[name])]}


def test_sparql_of_the_shapes_keeps_to_what_shacl_allows() -> None:
    selects = [str(text) for text in SHAPE_GRAPH.objects(None, SH.select)]
    assert selects
    assert [text for text in selects if re.search(r"\b(VALUES|MINUS|SERVICE)\b", text)] == []


RULES = {str(rule) for rule in RULE_GRAPH.subjects(RDF.type, SKOS.Concept)}


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_rule_has_its_name_and_labels_in_three_languages(rule: str) -> None:
    node = URIRef(rule)
    assert RULE_GRAPH.value(node, SKOS.notation) == Literal(rule.removeprefix(CODE["rule/"]))
    assert set(labels(RULE_GRAPH, node)) == {"kk", "ru", "en"}
    assert labels(RULE_GRAPH, node) == labels(RULE_GRAPH, node, SKOS.prefLabel)
    assert list(RULE_GRAPH.objects(node, SKOS.inScheme)) == [CODE["rule"]]


def stem(path: Path) -> str:
    return path.stem


TEXTS = sorted(
    path
    for folder in (Path(__file__).with_name("acts"), Path(__file__).with_name("gold"))
    for path in folder.glob("*.txt")
)


@pytest.mark.parametrize("path", [*TEXTS, data_folder("sample") / "report-2005.txt"], ids=stem)
def test_the_rules_that_find_something_are_in_the_list(path: Path) -> None:
    graphs = to_graphs(read_source(path), Base())
    used = re.findall(rf"<{vocab.extractionRule}> <([^>]*)>", "\n".join(graphs.evidence))
    assert used
    assert set(used) - RULES == set()


def test_every_name_that_the_code_gives_to_finds_is_in_the_list() -> None:
    """Strings of the rules that look like the name of one: of a kind that names begin with."""
    names = {rule.removeprefix(CODE["rule/"]) for rule in RULES}
    kinds = "|".join({name.partition("-")[0] for name in names} - {"derived"})
    written = {
        found
        for path in sorted(Path(ontology.__file__).parent.glob("rules/*.py"))
        for found in re.findall(rf'"((?:{kinds})-[a-z-]+)"', path.read_text(encoding="utf-8"))
    }
    assert len(written) > 60
    assert written - names == set()
