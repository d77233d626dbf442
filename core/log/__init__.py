"""Facts about the log itself."""
