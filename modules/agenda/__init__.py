"""One timeline of a cohort: modules, days, discussions, quizzes and deadlines; as a page, a calendar, and reminders."""
