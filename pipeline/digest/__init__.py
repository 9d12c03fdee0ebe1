"""What waits, in numbers and ids, for those who do not look in: never a clinical word, never a name."""
