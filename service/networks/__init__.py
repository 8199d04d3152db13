"""The graph as a network: files for graph programs, and the explorer."""
