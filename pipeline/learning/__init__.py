"""What clinicians' labels teach: how far each judge can be trusted, and where it is wrong."""
