"""Credit for what an output of GMP-ECM shows: whose its curves are, and what each of them counts for."""
