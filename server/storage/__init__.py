"""The encrypted database, behind a repository for each noun."""
