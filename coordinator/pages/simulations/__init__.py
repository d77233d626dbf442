"""The pages of simulations: machines and what runs on them, the list, and how each converges, drawn."""
