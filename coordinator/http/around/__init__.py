"""Around every handler: callers are admitted and moments found before it, and what came of the request is told after it."""
