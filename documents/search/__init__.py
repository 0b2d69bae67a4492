"""Finding documents by what people typed."""
