"""The command line: argument parsing and printing only; the work is the station's."""
