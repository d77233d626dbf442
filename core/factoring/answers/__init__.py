"""Answers to commands, rendered from what they led to."""
