"""The window: Qt only. It shows what the flow publishes, and hands on what the user wants."""
