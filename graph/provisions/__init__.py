"""How a legal text is built: what structure is made of."""
