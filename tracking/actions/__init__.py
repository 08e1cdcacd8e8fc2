"""What is done with parcels."""
