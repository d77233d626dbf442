"""Proofs computed afterwards, for seconds: proofs of primality, and orders of groups."""
