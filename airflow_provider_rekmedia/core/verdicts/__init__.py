"""Verdicts: the policy that decides them, the counts, and the keys of the tables."""
