"""One module a file format: bytes → readable text with its structure."""
