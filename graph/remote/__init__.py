"""Other SPARQL engines: where they are, and how a store is published to them."""
