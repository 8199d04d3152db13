"""SPARQL over HTTP: the endpoint, the graph store, the editor, the named queries."""
