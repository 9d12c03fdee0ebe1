"""A judge put to the probe: attacks, changes of dress and known changes of content, and a card of how it did."""
