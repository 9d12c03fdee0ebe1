"""One module per command: options in, one call, what it says out."""
