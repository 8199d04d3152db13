"""A store with a thing that very many others link to, and that has a name."""

import hashlib
from pathlib import Path

from graph.iris import Base
from graph.model import DocumentGraphs, Source
from graph.store import GraphStore

ID = "https://w3id.org/kzop/id/"
HUB = f"{ID}eli/kz/code/hub"
NAME = "Көп сілтеме жасалатын кодекс"
CITES = "http://data.europa.eu/eli/ontology#cites"
STATED = "https://w3id.org/kzop/ontology#statedIn"
PREF_LABEL = "http://www.w3.org/2004/02/skos/core#prefLabel"


def make_hub(folder: Path, links: int) -> Path:
    """Make a store in which `links` provisions cite HUB, and three norms stand in it."""
    text = "кодекс"
    source = Source("hub.txt", text, hashlib.sha256(text.encode()).hexdigest())
    citing = [f"<{ID}eli/kz/law/hub/art_{n}>" for n in range(links)]
    statements = [f"{each} <{CITES}> <{HUB}>" for each in citing]
    statements += [f"<{ID}norm/hub.{n}> <{STATED}> <{HUB}>" for n in range(3)]
    statements.append(f'<{HUB}> <{PREF_LABEL}> "{NAME}"@kk')
    document = DocumentGraphs(
        doc=f"hub.{source.sha256[:12]}",
        work=HUB,
        text_iri=f"{HUB}/kaz@undated/original-{source.sha256[:12]}.txt",
        content=tuple(sorted(statements)),
        evidence=(),
        authority=(),
    )
    with GraphStore.open(folder, create=True, base=Base()) as store:
        store.load_vocabulary()
        store.put(document, source)
    return folder
