"""What the desk does with a study: in its child process, and with what the child has made."""
