"""A small store on disk, built from example.trig and example.txt, and the service over it."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, RdfFormat, parse

from graph.model import DocumentGraphs, Source
from graph.store import GraphStore
from service.app import create_app
from service.config import Settings

HERE = Path(__file__).parent
ID = "https://w3id.org/kzop/id/"
WORK = f"{ID}eli/kz/resolution/2005-10-15/1033"


def read_source() -> Source:
    text = (HERE / "example.txt").read_text(encoding="utf-8")
    return Source("example.txt", text, hashlib.sha256(text.encode()).hexdigest())


def read_example(source: Source) -> DocumentGraphs:
    """Sort the quads of example.trig into the graphs of one document."""
    statements: dict[str, list[str]] = {"doc": [], "evidence": [], "authority": []}
    for quad in parse(path=str(HERE / "example.trig"), format=RdfFormat.TRIG):
        assert isinstance(quad.graph_name, NamedNode)
        kind = quad.graph_name.value.removeprefix("https://w3id.org/kzop/graph/").split("/")[0]
        statements[kind].append(str(quad.triple))
    short = source.sha256[:12]
    return DocumentGraphs(
        doc=f"resolution-2005-10-15-1033.{short}",
        work=WORK,
        text_iri=f"{WORK}/kaz@2005-10-15/original-{short}.txt",
        content=tuple(sorted(set(statements["doc"]))),
        evidence=tuple(sorted(set(statements["evidence"]))),
        authority=tuple(sorted(set(statements["authority"]))),
    )


@pytest.fixture(scope="session")
def source() -> Source:
    return read_source()


@pytest.fixture(scope="session")
def example(source: Source) -> DocumentGraphs:
    return read_example(source)


@pytest.fixture(scope="session")
def store_folder(
    tmp_path_factory: pytest.TempPathFactory, example: DocumentGraphs, source: Source
) -> Path:
    folder = tmp_path_factory.mktemp("service") / "store"
    with GraphStore.open(folder, create=True) as store:
        store.load_vocabulary()
        store.put(example, source)
    return folder


@pytest.fixture(scope="session")
def settings(store_folder: Path) -> Settings:
    return Settings(store=store_folder)


@pytest.fixture(scope="session")
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    yield app
    app.extensions["kzop"].engine.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
