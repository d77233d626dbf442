"""What can be seen: read models folded from events into SQL tables, and the queries over them."""
