"""Description of the API: made of the routes, and shown."""
