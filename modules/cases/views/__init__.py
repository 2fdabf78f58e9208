"""The pages of cases, discussions and posts."""
