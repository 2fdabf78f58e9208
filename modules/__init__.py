"""Learning modules: ordered steps, what was seen of them, what is done."""
