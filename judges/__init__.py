"""Ask about one response: what a judge is shown, how its reply is read, and what counts as evidence.

Knows nothing of batches, files or the store.
"""
