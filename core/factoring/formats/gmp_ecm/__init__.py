"""The output of GMP-ECM: its sentences, and the curves that a text of them tells of."""
