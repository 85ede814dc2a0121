"""A job: its request, its submission, and the wait for its end."""
