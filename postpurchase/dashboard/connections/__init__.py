"""Where orders come from: connections, their deliveries, imports of files."""
