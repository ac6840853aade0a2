"""The trusted statement set and the one verifier."""
