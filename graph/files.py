"""Finds the data folders (ontology, queries, sample), in a checkout and in an installed wheel."""

from importlib.resources import files
from pathlib import Path


def data_folder(name: str) -> Path:
    """Return the folder `name` ("ontology", "queries", "sample").

    A wheel carries the folders under `graph/_data`; in a checkout they stand beside `graph`.
    """
    package = Path(str(files("graph")))
    packed = package / "_data" / name
    return packed if packed.is_dir() else package.parent / name
