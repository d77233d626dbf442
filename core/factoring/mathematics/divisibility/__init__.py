"""Divisibility: what is prime or a power, and what numbers have in common."""
