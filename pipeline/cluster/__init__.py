"""A run on many machines: the driver hands items out and journals what comes back, workers ask."""
