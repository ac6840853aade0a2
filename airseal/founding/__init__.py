"""How homes come to be: a demonstration, a new unit, a station, and ways into one that is shut."""
