"""What ``verify`` sends to AWS, and what follows from what AWS returned."""
