"""Fixtures every test module may ask for."""

from pki import pki

__all__ = ["pki"]
