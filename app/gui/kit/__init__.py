"""Small widgets and tools that every part of the window may use."""
