"""The pages of how carriers do."""
