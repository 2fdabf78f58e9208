"""Quizzes hung on a step: questions, attempts, answers and their grades."""
