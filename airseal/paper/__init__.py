"""Documents: the jail and everything that parses, draws or seals paper."""
