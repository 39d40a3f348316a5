"""The export dialog, its queue panel, and what connects them."""
