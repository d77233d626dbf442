"""State: what decisions are told of what is so just now."""
