"""Does a job image by image."""
