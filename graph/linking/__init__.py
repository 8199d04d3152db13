"""Which act and provision words mean: what link is made of."""
