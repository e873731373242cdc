"""What counts tell while answers still come in, from arrays alone (methods 10)."""
