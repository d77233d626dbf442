"""Facts about factoring, by what they are about, and the streams that they stand in."""
