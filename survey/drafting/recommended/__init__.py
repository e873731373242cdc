"""A questionnaire on nursery intent to begin with: as text for a platform, with its study file."""
