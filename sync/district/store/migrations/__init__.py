"""The district's schema, step by step. A step imports none of our models and is never edited once released."""
