"""Formats that people and programs write, read without believing them: what GMP-ECM prints, residues, job files, dumps."""
