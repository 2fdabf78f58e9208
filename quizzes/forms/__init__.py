"""What people type about quizzes."""
