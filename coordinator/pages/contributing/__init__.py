"""Contributing to the pages: everything that a context may bring, and how its sentences tell events."""
