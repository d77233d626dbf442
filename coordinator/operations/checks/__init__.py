"""Operations on checks: the secrets that they are drawn with, the reports that they look at, and what becomes of doubtful ones."""
