"""What agents know, merged; who they are, and what each handed in when."""
