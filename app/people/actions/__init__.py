"""What is done with people: rows are flushed, the door commits."""
