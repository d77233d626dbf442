"""Keys, invitations and users over HTTP: who may do what, and whose names are whose."""
