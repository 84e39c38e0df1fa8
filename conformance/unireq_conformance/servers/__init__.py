"""Servers: what they are, how they are started and ended, and how bytes are sent to them."""
