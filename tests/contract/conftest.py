"""The sample in three engines, and the service over each of them, as processes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from server import running

from benchmarks import engines
from benchmarks.engines import Engine, MissingEngine
from graph.remote.endpoint import read_endpoint
from graph.remote.publish import publish
from graph.remote.remote_graphs import RemoteGraphs
from graph.store import GraphStore
from service.cli import main

SECRETS = {"KZOP_REMOTE_USER": engines.USER, "KZOP_REMOTE_PASSWORD": engines.PASSWORD}


@dataclass(frozen=True)
class Served:
    """The service over a remote engine."""

    engine: Engine
    config: Path
    port: int


@pytest.fixture(scope="session")
def folder(sample_folder: Path) -> Path:
    """The store of the sample, with its text index."""
    assert main(["index", "--store", str(sample_folder)]) == 0
    return sample_folder


@pytest.fixture(scope="session")
def embedded(folder: Path) -> Iterator[int]:
    """Port of the service over the embedded engine."""
    with running(folder) as port:
        yield port


@pytest.fixture(scope="session", params=engines.NAMES)
def remote(
    request: pytest.FixtureRequest, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The service over a remote engine to which the sample was published."""
    place = tmp_path_factory.mktemp(request.param)
    with started(request.param, place) as engine:
        config = engine.config()
        bring(folder, config)
        with running(folder, place / "service.log", KZOP_REMOTE=str(config), **SECRETS) as port:
            yield Served(engine, config, port)


@contextmanager
def started(name: str, folder: Path) -> Iterator[Engine]:
    """Run an engine; where CI is set it must be there, elsewhere its tests are skipped."""
    try:
        with engines.running(name, folder) as engine:
            yield engine
    except MissingEngine as error:
        if os.environ.get("CI"):
            pytest.fail(f"{error}, and CI is set")
        pytest.skip(str(error))


def bring(folder: Path, config: Path) -> None:
    """Publish a store."""
    endpoint = read_endpoint(config, SECRETS)
    with GraphStore.open(folder, read_only=True) as store, RemoteGraphs(endpoint) as graphs:
        publish(store, graphs)
