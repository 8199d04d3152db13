"""Linked data: what an IRI gives a program, and what the service says of itself."""
