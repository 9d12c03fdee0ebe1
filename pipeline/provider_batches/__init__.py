"""Half-price batches: a run's calls through the providers' batch APIs, submitted once, fetched when they are done."""
