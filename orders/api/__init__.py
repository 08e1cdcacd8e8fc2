"""Orders for programs."""
