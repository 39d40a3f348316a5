"""Explains the window: what the numbers mean, and hints for the first start."""
