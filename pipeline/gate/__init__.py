"""One outcome a night, for machines to act on: passed, or what stands in the way."""
