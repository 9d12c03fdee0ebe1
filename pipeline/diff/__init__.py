"""Two runs side by side: what changed between them, and what that did to the figures."""
