"""Asks AWS the questions that no documentation answers."""
