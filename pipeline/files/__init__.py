"""Files in, types out: strict, and every error names file, line, key and what was expected."""
