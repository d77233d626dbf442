"""Tasks as they stand."""
