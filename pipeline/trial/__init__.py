"""Two sets of prompts tried on the same labelled responses."""
