"""What agents know, merged: each hands in summaries of all it knows, and the latest of each counts."""
