"""Who works here: clients by opaque number, their names sealed so that they can be forgotten."""
