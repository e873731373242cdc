"""What a whole study asks for: estimates, sensitivity analysis, checks, the next wave."""
