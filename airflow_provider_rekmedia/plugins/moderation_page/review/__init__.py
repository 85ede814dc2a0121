"""The review page: the images of one queue, and a decision about each."""
