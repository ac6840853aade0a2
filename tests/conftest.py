"""Fixtures every test module may ask for."""

from demo_unit import built_demo, demo_unit
from pki import pki
from unit import bureau, paper, rival

__all__ = ["built_demo", "bureau", "demo_unit", "paper", "pki", "rival"]
