"""Federation merges what agents know: each hands in summaries of all it knows, and the latest of each counts."""
