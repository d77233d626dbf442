"""Commands of factoring, by what they are about."""
