"""What administrators of the system replaced do: numbers, assignments, residue files, and undoing what was reported."""
