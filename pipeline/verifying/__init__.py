"""What the store holds, checked again: a check is added to `checks` in `checks.py`."""
