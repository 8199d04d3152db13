"""One reader for each format of input. In: bytes. Out: a Reading, which `graph.source` names."""
