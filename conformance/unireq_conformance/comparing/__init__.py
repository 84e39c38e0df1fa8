"""Comparing: one request to several targets, who says what, and how that is shown."""
