"""What became of a job's images: results, failures, and the account of both."""
