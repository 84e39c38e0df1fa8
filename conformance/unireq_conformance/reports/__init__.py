"""Reports: what is made of runs for people, and for other programs."""
