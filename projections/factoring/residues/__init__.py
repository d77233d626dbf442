"""Residue files: what decisions ask of them, and what people do."""
