"""Connections: listened for, bounded while nothing is known of who sends, and written to with as few calls as will do."""
