"""What a user can configure: settings and rules files."""
