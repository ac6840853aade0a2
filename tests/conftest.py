"""Fixtures every test module may ask for."""

from demo_unit import built_demo, demo_unit
from hypothesis import settings
from pdf_bench import bench, elsewhere
from pki import pki
from unit import bureau, paper, rival

# A busy machine is no defect of the program: nothing of speed is asserted in tests.
settings.register_profile("airseal", deadline=None)
settings.load_profile("airseal")

__all__ = ["bench", "built_demo", "bureau", "demo_unit", "elsewhere", "paper", "pki", "rival"]
