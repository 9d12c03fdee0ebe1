"""May a criterion clear on its own? A test with a stated error, or a plain no."""
