"""Judges and candidates against clinicians: from the store's columns to figures, and the figures for machines."""
