"""From the text of a Kazakh legal document to an RDF graph with evidence for every fact."""
