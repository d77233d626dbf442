"""Responses: receipts, problems, lists and tables, and what is sent while it is being made."""
