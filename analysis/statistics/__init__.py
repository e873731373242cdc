"""One verb a file: from a weighted sample to estimates with their uncertainty."""
