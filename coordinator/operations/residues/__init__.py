"""Operations on residue files: taken in, kept alike on every node, removed."""
