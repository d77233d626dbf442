"""Numbers: each exists once, by value; its parts, forms and projects, what made its effort, and in which order free ones are given out."""
