"""The lowest layer: small modules, each named after its subject."""
