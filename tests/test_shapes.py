"""The shapes accept a sound graph and report each fault by the name of the shape that finds it."""

import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest
from pyoxigraph import DefaultGraph, RdfFormat, Store
from rdflib import RDF, SH, Graph, URIRef

from graph.files import data_folder
from graph.shapes import SHAPES, Report, Violation, validate, validate_rdf

FOLDER = Path(__file__).with_name("shapes")


class Mutation(NamedTuple):
    name: str
    shape: str
    update: str


def read_mutations() -> list[Mutation]:
    table = tomllib.loads((FOLDER / "mutations.toml").read_text(encoding="utf-8"))
    return [
        Mutation(entry["name"], entry["shape"], table["prefixes"] + entry["update"])
        for entry in table["mutation"]
    ]


MUTATIONS = read_mutations()


@pytest.fixture
def valid() -> Store:
    store = Store()
    store.load(path=FOLDER / "valid.ttl", format=RdfFormat.TURTLE)
    return store


def statements_of(store: Store) -> set[str]:
    return {str(quad.triple) for quad in store.quads_for_pattern(None, None, None, DefaultGraph())}


def shapes_of(report: Report) -> set[str]:
    return {violation.shape for violation in report.violations}


def test_the_valid_graph_conforms(valid: Store) -> None:
    report = validate(statements_of(valid))
    assert report.violations == ()
    assert report.conforms


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_each_fault_is_reported(mutation: Mutation, valid: Store) -> None:
    before = statements_of(valid)
    valid.update(mutation.update)
    after = statements_of(valid)
    assert after != before, "the mutation found no node to change"
    report = validate(after)
    assert not report.conforms
    assert mutation.shape in shapes_of(report)


def test_every_shape_reports_something_on_the_broken_graph() -> None:
    shapes = Graph().parse(data_folder("ontology") / "shapes.ttl", format="turtle")
    with_message = {
        str(shape).removeprefix(SHAPES)
        for shape in shapes.subjects(SH.message, None)
        if isinstance(shape, URIRef)
    }
    report = validate_rdf((FOLDER / "broken.ttl").read_bytes(), "text/turtle")
    assert shapes_of(report) == with_message


def test_every_shape_that_can_fail_says_why() -> None:
    shapes = Graph().parse(data_folder("ontology") / "shapes.ttl", format="turtle")
    silent = [
        str(shape)
        for kind in (SH.PropertyShape, SH.NodeShape)
        for shape in shapes.subjects(RDF.type, kind)
        if not list(shapes.objects(shape, SH.message))
        and (kind == SH.PropertyShape or list(shapes.objects(shape, SH.target)))
    ]
    assert silent == []


def test_a_violation_names_focus_path_value_and_message(valid: Store) -> None:
    valid.update(
        """PREFIX kzop: <https://w3id.org/kzop/ontology#>
        DELETE { <https://w3id.org/kzop/id/age/compulsory-recruitment_x-18e> kzop:maxAge 18 }
        INSERT { <https://w3id.org/kzop/id/age/compulsory-recruitment_x-18e> kzop:maxAge 180 }
        WHERE {}"""
    )
    report = validate(statements_of(valid))
    assert report.violations == (
        Violation(
            shape="AgeThreshold-maxAge",
            focus="https://w3id.org/kzop/id/age/compulsory-recruitment_x-18e",
            path="https://w3id.org/kzop/ontology#maxAge",
            value="180",
            message="kzop:maxAge is not one xsd:integer from 0 to 120.",
        ),
    )
    assert str(report.violations[0]) == (
        "https://w3id.org/kzop/id/age/compulsory-recruitment_x-18e: AgeThreshold-maxAge: "
        "kzop:maxAge is not one xsd:integer from 0 to 120. (180)"
    )


def test_an_empty_graph_conforms() -> None:
    assert validate([]) == Report(conforms=True, violations=())


@pytest.mark.parametrize(
    ("number", "accepted"),
    [
        ("345-II", True),
        ("28/5-VII", True),
        ("ҚР ДСМ-32", True),
        ("6С-28/2", True),
        ("74-ІІІ", False),
        ("74-IІI", False),
        ("28-VIІ ҚРЗ", False),
    ],
)
def test_numbers_of_acts(number: str, accepted: bool, valid: Store) -> None:
    valid.update(
        f"""PREFIX eli: <http://data.europa.eu/eli/ontology#>
        DELETE {{ ?law eli:number "345-II" }} INSERT {{ ?law eli:number "{number}" }}
        WHERE {{ ?law eli:number "345-II" }}"""
    )
    assert validate(statements_of(valid)).conforms == accepted


@pytest.mark.parametrize(
    ("code", "accepted"),
    [
        ("Z020000345_", True),
        ("K950001000_", True),
        ("Z0700000254", True),
        ("V23C0000123", True),
        ("P050001033", False),
        ("P20050001033_", False),
        ("Р050001033_", False),  # Cyrillic Р
    ],
)
def test_adilet_codes(code: str, accepted: bool, valid: Store) -> None:
    valid.update(
        f"""PREFIX eli: <http://data.europa.eu/eli/ontology#>
        DELETE {{ ?law eli:id_local "Z020000345_" }} INSERT {{ ?law eli:id_local "{code}" }}
        WHERE {{ ?law eli:id_local "Z020000345_" }}"""
    )
    assert validate(statements_of(valid)).conforms == accepted
