"""Apps of frameworks without an adapter: each answers every request with its report."""
