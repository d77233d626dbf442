"""Counting: primes up to both ends of a chunk."""
