"""The log in Postgres: rows, chapters, snapshots, and the chain over them."""
