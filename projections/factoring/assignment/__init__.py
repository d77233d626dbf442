"""Assignment: what was handed out and is held, in whose turn work is given, and what it promises."""
