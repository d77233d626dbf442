"""The administration of factoring: its pages behind the key, and the forms on them."""
