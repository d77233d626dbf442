"""State: what decisions about factoring are told of what is so just now."""
