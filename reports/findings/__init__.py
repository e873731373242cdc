"""Every clear result as a sentence, and which of them page 1 says."""
