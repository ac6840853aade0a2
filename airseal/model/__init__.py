"""What is so: frozen values and pure rules, standard library only."""
