"""Notation: numbers, lists of them and ECM work as people and programs spell them."""
