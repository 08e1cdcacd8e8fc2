"""Log-in, second step, sessions and one's own account: allauth's ways in our words and colours."""
