"""Who may call what: API keys and the roles that they carry."""
