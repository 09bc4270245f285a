"""HTTP: routes, middleware and the one table from errors to statuses."""
