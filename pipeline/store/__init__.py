"""The store and its one door. SQL stays in this package, in the subset that DuckDB and PostgreSQL share."""
