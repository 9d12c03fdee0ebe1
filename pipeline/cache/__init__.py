"""Replies of earlier runs, kept by the content that determined them, so that an unchanged call need not be made again.

Fed from journals as the store is, and of as little consequence: without it, a run pays for its calls.
"""
