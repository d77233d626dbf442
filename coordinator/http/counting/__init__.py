"""Counting's addresses."""
