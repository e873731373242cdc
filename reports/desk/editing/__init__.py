"""What the fields of questions and of margins are, and what a change of one writes."""
