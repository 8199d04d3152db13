"""The documents: their list, and the reader."""
