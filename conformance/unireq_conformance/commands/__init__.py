"""The subcommands, each a module with `add(subparsers)`, which imports late what it needs."""
