"""Residues: what stage 1 left behind, as GMP-ECM and Prime95 keep it in files."""
