"""The database's schema, step by step; Alembic runs what is missing."""
