"""Charts and tables that can be taken away: SVG drawn here, and their data as CSV and JSON from the page's own address."""
