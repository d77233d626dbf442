"""Operations on a running coordinator, whoever asks for them: an address, a page, a command or the first start.

Two rooms within: `upkeep` is what it does for itself, asked by nobody; `residues` is what is done to residue files.
"""
