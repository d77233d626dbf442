"""Reports of what was run on numbers: what counts of it, and what it found."""
