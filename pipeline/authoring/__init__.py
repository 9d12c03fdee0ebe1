"""What clinicians wrote, put where runs read it."""
