"""Operators: manifest, job (in bulk or image by image), results."""
