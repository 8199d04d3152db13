"""The service over a SPARQL engine of another maker, in place of the embedded one."""
