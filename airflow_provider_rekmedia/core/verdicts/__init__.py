"""What a policy decides about images, and what is counted and kept of it."""
