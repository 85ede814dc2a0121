"""The report of a run: its numbers, the file ``report.json``, drift, and the geometry of its charts."""
