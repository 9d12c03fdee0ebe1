"""How a run goes, for people: rates and words of what it tells, a live table on a terminal, plain lines elsewhere."""
