"""The named queries, and the words that their rows rest on."""
