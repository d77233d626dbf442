"""Residue files: kept under the SHA-256 of what they hold, checked before they are recorded."""
