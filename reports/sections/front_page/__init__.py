"""Page 1: headline, key figures, chart, findings, and how to read the intervals."""
