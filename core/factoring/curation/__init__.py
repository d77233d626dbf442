"""How the list of numbers is kept: projects, priorities, what is put aside and what is withdrawn."""
