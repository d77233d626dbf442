"""The envelope of an event, the chain that ties events together, and the register of everything that can happen.

Read in this order: `fact` (what a context records), `envelope` (what the log adds), `chain` (how events are hashed),
`idempotency` (how a command is told from its resend), `log` (what any event log promises), `registry`.
"""
