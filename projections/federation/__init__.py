"""Read models of the federation: what agents know, merged; who they are, and what each handed in when."""
