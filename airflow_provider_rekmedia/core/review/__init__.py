"""Review by people: queues, answers, and what follows from them."""
