"""Levels: how much was done on a number, as an effort and as the t-level that it amounts to."""
