"""airseal: offline electronic seal workstation (电子印章)."""
