"""Pages of this repository with parts that a command writes, from what the kit knows."""
