"""The shopper's face: pages that compose what the apps know. No tables of its own."""
