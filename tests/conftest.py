"""Fixtures every test module may ask for."""

import gc

from demo_unit import built_demo, demo_unit
from hypothesis import settings
from pdf_bench import bench, elsewhere
from pki import pki
from screens_kit import painting
from station_kit import in_english, one_jail
from unit import bureau, paper, rival

# A busy machine is no defect of the program: nothing of speed is asserted in tests.
settings.register_profile("airseal", deadline=None)
settings.load_profile("airseal")

# What is imported stays, and need not be looked through for garbage again and again.
gc.freeze()
gc.set_threshold(20_000, 20, 50)

__all__ = [
    "bench",
    "built_demo",
    "bureau",
    "demo_unit",
    "elsewhere",
    "in_english",
    "one_jail",
    "painting",
    "paper",
    "pki",
    "rival",
]
