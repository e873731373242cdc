"""What each screen of the desk shows and takes: no HTML."""
