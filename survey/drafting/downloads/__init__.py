"""Several downloads of one questionnaire: a pair of texts and numbers, and a newer one."""
