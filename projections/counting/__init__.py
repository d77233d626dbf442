"""Counting jobs and their chunks as they stand."""
