"""The style sheet and the script of the matrix; `matrix` puts them into the page."""
