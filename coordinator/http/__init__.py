"""The door: routes, who may use them, and what is said when something is turned down.

Read in this order: `app` (how it is put together), `caller` (who calls), `commanding` (from a handler to the writer),
`problems` (every error's one shape), then a context's routes.
"""
