"""The sample, extracted once a run: its source, its graphs, a real store with it; and --accept."""

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest

from graph.files import data_folder
from graph.iris import Base
from graph.model import DocumentGraphs, Source
from graph.pipeline import to_graphs
from graph.source import read
from graph.store import GraphStore


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accept", action="store_true", help="Rewrite the golden copies in tests/golden."
    )
    parser.addoption(
        "--every-look",
        action="store_true",
        help="Open pages in each language with each scheme and width.",
    )


@pytest.fixture(scope="session")
def sample_source() -> Source:
    return read(data_folder("sample") / "report-2005.txt")


@pytest.fixture(scope="session")
def sample_graphs(sample_source: Source) -> DocumentGraphs:
    return to_graphs(sample_source, Base())


@pytest.fixture(scope="session")
def sample_folder(
    sample_graphs: DocumentGraphs,
    sample_source: Source,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A store on disk that holds the sample, as `kzop build` makes it."""
    folder = tmp_path_factory.mktemp("sample") / "store"
    with GraphStore.open(folder, create=True, base=Base()) as store:
        store.load_vocabulary()
        store.put(sample_graphs, sample_source)
        store.describe()
    return folder


@pytest.fixture(scope="session")
def sample_store(sample_folder: Path) -> Iterator[pyoxigraph.Store]:
    """The quads of that store."""
    with GraphStore.open(sample_folder, read_only=True) as store:
        yield store.quads
