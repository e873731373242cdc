"""The rules by what they judge; each file has one verb that yields findings."""
