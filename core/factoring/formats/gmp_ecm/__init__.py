"""What GMP-ECM prints: its sentences, the curves that a text of them shows, and what each of those counts for."""
