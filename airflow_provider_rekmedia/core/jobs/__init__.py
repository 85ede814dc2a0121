"""Jobs: the request, the submission, and the wait for the end."""
