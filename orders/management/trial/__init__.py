"""Orders made up for benchmarks and trials."""
