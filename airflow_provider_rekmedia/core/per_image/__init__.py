"""What the per-image engine decides, its pace above all."""
