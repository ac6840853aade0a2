"""Bytes across the gap: bundles, media, limits. Knows no people, keys, statements or screens.

Nothing here imports ``airseal``, so the format can be read, tested and reused on its own.
"""
