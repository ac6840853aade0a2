"""Speed and memory, measured on real parts beside peers in the same run: ``python -m bench``.

Nothing is asserted here: a shared machine is slow when it likes, so what counts are the
ratios to peers that ran a moment before or after on the same machine.
"""
