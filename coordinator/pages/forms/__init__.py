"""Forms on pages: `posting` takes what was sent, `unsent` gives it back to one who has to sign in first."""
