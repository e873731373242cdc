"""A page in the browser, on this machine only, for those who use no terminal (docs/desk.md)."""
