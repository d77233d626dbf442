"""What takes long, done beside the event loop: in child processes, watched as it goes on."""
