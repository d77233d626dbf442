"""API keys as they stand."""
