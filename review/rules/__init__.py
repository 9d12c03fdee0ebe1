"""What the workspace decides: pure functions, without store, page or clock."""
