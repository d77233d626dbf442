"""Mending: lines that a terminal broke, or programs that wrote at once tore, in one piece again, and what stands before them."""
