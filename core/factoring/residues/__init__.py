"""Residue files: what stage 1 left behind, kept until somebody has run its stage 2."""
