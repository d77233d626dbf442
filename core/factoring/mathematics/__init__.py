"""How likely is a curve to find a factor, what has been done, and what follows: formulas, each in a file named after what it computes."""
