"""Measures how fast this machine exports, what bounds it, and how that compares with the published scripts."""
