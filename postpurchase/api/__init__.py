"""The face of programs: /api/v1/. Glue only; the views stand in the apps' own `api` modules."""
