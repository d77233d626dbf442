"""Read models folded from events into SQL tables, and the queries over them."""
