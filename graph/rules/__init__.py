"""The rules that find things in a text, one module a kind."""
