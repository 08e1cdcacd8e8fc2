"""Shop details: what the shop is called, where it is, whom shoppers ask."""
