"""Names that clients call themselves by: claimed, given to users, destroyed; and who was here lately."""
