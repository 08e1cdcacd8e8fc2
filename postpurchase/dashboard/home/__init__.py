"""Home: what is left to set up, what needs a person now, and how the shop fares."""
