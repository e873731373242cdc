"""The files of an output folder."""
