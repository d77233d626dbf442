"""Access: API keys and the roles that they carry."""
