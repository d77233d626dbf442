"""The keys under which clients' names are sealed."""
