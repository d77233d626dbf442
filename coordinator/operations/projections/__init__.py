"""Operations on projections: built anew while everything goes on, and how far they have come."""
