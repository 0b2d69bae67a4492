"""The Yjs V1 update: its bytes, its algebra, and what may enter a log. Pure."""
