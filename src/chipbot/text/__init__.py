"""Text → terms, sentences and passages: all that knows languages."""
