"""What is done to an object because of its verdict: verbs, plans, outcomes, records."""
