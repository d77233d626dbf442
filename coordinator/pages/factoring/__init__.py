"""The pages of factoring: numbers, factors, who did most, projects; and its part of those that belong to all."""
