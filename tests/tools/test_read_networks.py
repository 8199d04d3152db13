"""The sample for graph programs, read by those of JavaScript: graphology and cytoscape.js."""

import json
import subprocess
from pathlib import Path

import pyoxigraph
import pytest
from limits import KZOP

LABELS = """
SELECT ?x ?label WHERE {
  GRAPH ?g { ?x <http://www.w3.org/2004/02/skos/core#prefLabel> ?label }
  FILTER(LANG(?label) = "kk" && (CONTAINS(STR(?g), "/graph/doc/")
    || ?g = <https://w3id.org/kzop/graph/authority>))
}
"""


@pytest.mark.parametrize("form", ["gexf", "graphml", "cyjs"])
def test_a_program_reads_the_whole_sample(
    tools: Path, sample_folder: Path, sample_store: pyoxigraph.Store, tmp_path: Path, form: str
) -> None:
    file = tmp_path / f"sample.{form}"
    command = [
        str(KZOP),
        "export",
        "--store",
        str(sample_folder),
        "--format",
        form,
        "-o",
        str(file),
    ]
    said = subprocess.run(command, capture_output=True, check=True, text=True).stderr
    read = subprocess.run(
        ["node", str(tools / "networks.mjs"), form, str(file)],
        capture_output=True,
        check=True,
        text=True,
    )
    found = json.loads(read.stdout)
    nodes, edges = found["counts"]
    assert said.endswith(f": {nodes} nodes, {edges} edges\n")
    answer = sample_store.query(LABELS)
    assert isinstance(answer, pyoxigraph.QuerySolutions)
    labels = {row["x"].value: row["label"].value for row in answer}
    assert len(labels) > 250
    assert {iri: found["labels"].get(iri) for iri in labels} == labels
