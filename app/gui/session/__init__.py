"""The session viewer: a film with its tables."""
