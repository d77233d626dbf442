"""Work that takes long: done in child processes or in the background, with its progress told."""
