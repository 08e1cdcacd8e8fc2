"""What shops, shoppers and schedules do with orders: verbs, atomic, told to the timeline."""
