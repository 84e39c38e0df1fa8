"""A module that nobody needs: what a broken adapter imports, and is caught importing."""
