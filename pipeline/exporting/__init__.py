"""A run's results as files that other programs and people read."""
