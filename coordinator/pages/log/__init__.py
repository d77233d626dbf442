"""The log as pages show it: every event, what holds the coordinator to it, and how a visitor checks it alone."""
