"""Task groups: one call for a whole pipeline."""
