"""The dialog for everything that the window remembers."""
