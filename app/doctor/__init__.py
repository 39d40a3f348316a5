"""What works on this computer, what does not, and how to fix it."""
