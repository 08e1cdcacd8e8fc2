"""Who changed which setting, with a way back; and who looked at personal data."""
