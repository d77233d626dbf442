"""People: the leaderboard, users, and contributors by the name that they work under."""
