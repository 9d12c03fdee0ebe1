"""Statistics of judges against people: pure functions of arrays, no store, no files."""
