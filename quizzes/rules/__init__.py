"""What makes an answer right, an attempt passed and a save count: pure functions, facts in, verdict out."""
