"""The output of GMP-ECM: its sentences, the curves that a text of them shows, and what each of those counts for."""
