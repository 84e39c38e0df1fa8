"""Runs: many clauses on many targets, their JSON, and what is kept of a failure."""
