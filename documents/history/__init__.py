"""What a log says of the past: moments, versions, authors, phrases."""
