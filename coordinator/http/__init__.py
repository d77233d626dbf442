"""HTTP: routes, who may use them, and what is said when something is turned down.

Beside the rooms of the contexts, `middleware` speaks the dialect of the system replaced, `log` answers about the log itself,
and `admission` lets callers in. In `requests` lies what reads them, in `responses` what answers are made of; what lies open
serves all routes. Read in this order: `caller` (who calls), `commanding` (from a handler to the writer), `responses.problems`
(every error's one shape), `responses.tables` (every list's two forms), then a context's routes; `coordinator.server` puts them
together.
"""
