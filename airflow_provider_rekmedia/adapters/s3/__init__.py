"""S3: objects read, written and listed."""
