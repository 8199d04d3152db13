"""Extraction compared with answers made by hand."""
