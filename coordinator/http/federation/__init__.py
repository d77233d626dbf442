"""Federation over HTTP: agents push what they know, and pull what all know together."""
