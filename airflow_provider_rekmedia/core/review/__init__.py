"""Reviews: queues of images, the answers of people, and what follows from them."""
