"""What a workspace has switched on to look beside the identifier gate's rules."""
