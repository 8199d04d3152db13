"""The graph for other tools: triples in, the files that graph programs read out.

`network` makes nodes, edges and columns of triples; the other modules each write one format.
"""
