"""Letters, lines and words of a text: what normalise and the rules are made of."""
