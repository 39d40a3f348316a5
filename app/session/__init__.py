"""A film with its tables, looked at afterwards."""
