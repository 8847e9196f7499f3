"""PostgreSQL with statements that stay prepared."""
