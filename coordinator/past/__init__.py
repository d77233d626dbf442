"""Projections as they were at any moment of the past, asked as the live ones are."""
