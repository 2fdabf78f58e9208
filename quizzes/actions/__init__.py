"""What can be done: take a quiz, grade answers, write questions. Each flushes; the door commits."""
