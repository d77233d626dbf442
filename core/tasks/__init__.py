"""Tasks: small arithmetic jobs, handed in one by one and worked off in batches."""
