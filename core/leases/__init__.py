"""An assignment that expires: granted to a client, renewed while it works, ended once."""
