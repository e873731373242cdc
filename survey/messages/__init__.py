"""The sentences of errors, one file a language."""
