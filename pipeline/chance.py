"""Numbers that decide what is drawn at random: an item's own for good, the same in any order and after any crash."""

import hashlib


def uniform(seed: int, item_id: str, of: str = "") -> float:
    """A number in [0, 1) that depends on nothing but these.

    Args:
        seed: the policy's.
        item_id: the item's.
        of: what is decided, where an item needs more than one.
    """
    digest = hashlib.sha256(f"{seed}:{item_id}{of and ':'}{of}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


SECOND_READING = "second"
"""Whether two people read it."""
ANCHOR = "anchor"
"""Whether an anchor comes back with a run."""
