"""The screens, one per file; they talk to duties and queries through the station."""

from airseal import hardening as hardening  # first: Textual reads its environment at import
