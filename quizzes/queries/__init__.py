"""What pages, API and actions read; each answer costs the same number of statements for one row or a thousand."""
