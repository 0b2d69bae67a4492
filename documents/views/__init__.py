"""The pages: thin, by noun; rights are asked of `documents.access`."""
