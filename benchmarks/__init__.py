"""Speed, size and memory, measured on generated mandates; nothing here is a test."""
