"""What AWS does not document: the questions, and the answers that are settled."""
