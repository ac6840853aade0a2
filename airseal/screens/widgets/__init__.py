"""What screens are made of: each widget knows one way of showing or asking."""
