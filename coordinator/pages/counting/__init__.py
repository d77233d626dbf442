"""The pages of counting primes: the form with its rules, the jobs, and a page for each with how long it will take."""
