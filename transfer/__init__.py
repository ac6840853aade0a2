"""Bytes across the air gap: bundles, media, frames. Knows no airseal, people or keys."""
