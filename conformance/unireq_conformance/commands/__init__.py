"""The subcommands, each a module with `add(subparsers)`; what they need is loaded when they run."""
