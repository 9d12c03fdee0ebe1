"""The nouns of Caveat, said once: every other package speaks in these types and imports nothing else to do so."""
