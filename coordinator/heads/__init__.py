"""Signed heads: signing them, keeping them, proving against them, and holding a log against those that others kept."""
