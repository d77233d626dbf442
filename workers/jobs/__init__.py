"""Jobs: work that is taken at once, done without a network, and handed in afterwards."""
