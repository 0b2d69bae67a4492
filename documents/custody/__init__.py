"""Looking after logs: check, verify, mend, export, import, redact, purge."""
