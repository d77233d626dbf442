"""Administration as in the system replaced: numbers, assignments, residue files, and undoing what was reported."""
