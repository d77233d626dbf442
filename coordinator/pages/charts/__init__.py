"""Charts: SVG drawn here, each with its summary in words and its data as a table."""
