"""The clinicians' workspace: pages in a browser on the store. Each reads, checks, writes and redirects."""
