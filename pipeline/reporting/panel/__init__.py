"""The panel at work, in figures: how steady each judge is, how far judges agree, what the second stage was asked."""
