"""One module per job; duties do not know each other."""
