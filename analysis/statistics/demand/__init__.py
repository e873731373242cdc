"""What people would use at which fee, and how many places that is."""
