"""HTTP: routes, who may use them, and what is said when something is turned down.

Read in this order: `caller` (who calls), `commanding` (from a handler to the writer), `problems` (every error's one shape),
`tables` (every list's two forms), then a context's routes; `coordinator.server` puts them together.
"""
