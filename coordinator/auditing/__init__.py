"""A whole log at a time: verifying, exporting and importing it."""
