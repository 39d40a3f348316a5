"""The window of live outputs: where the angles are sent, and how."""
