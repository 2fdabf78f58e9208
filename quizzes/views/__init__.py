"""The pages: taking a quiz, grading it, writing it."""
