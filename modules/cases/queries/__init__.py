"""What pages and the API show of cases, threads and posts."""
