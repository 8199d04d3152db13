"""Finding things by words and by names."""
