"""Rules for questionnaires: what would make a figure wrong, found before the link is sent out."""
