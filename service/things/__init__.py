"""Things put into words for a reader: their names, facts, quotes, parts and links."""
