"""What several test modules share: `tests/` is on pytest's path, so `from support... import`."""
