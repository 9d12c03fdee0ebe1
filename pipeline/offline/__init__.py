"""Judging where there is no network: calls as files in the providers' batch shape, and their results brought back."""
