"""What the store holds, checked again: a check is added to `CHECKS` in `checks.py`."""
