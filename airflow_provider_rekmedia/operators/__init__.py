"""Operators: manifest, job, results."""
