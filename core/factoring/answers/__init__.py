"""Answers to commands of factoring, rendered from the facts that they led to."""
