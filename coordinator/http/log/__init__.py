"""The log over HTTP: read, exported, proved and verified; what explains a figure; and the tables folded from it."""
