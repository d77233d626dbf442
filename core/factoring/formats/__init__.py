"""What people and programs write down, read without believing it: what GMP-ECM prints, residues, lists, dumps."""
