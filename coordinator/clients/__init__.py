"""The keys under which clients' names are sealed, and who was here lately."""
