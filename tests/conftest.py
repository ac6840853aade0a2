"""Fixtures every test module may ask for."""

from demo_unit import built_demo, demo_unit
from pki import pki

__all__ = ["built_demo", "demo_unit", "pki"]
