"""The study file that `init` drafts from an export or a codebook."""
