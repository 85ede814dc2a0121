"""Jobs: manifest, states, analysis and output files."""
