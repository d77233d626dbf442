"""Counting primes: a job is cut into chunks, each counted by a worker, and neighbours must agree where they meet."""
