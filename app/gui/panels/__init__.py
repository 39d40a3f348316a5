"""The panels beside and below the picture."""
