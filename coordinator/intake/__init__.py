"""Long lists that come in: numbers uploaded, what would become of them, and the tables of the system replaced."""
