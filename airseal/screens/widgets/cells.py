"""Text in terminal cells, where a Chinese character takes two."""

from rich.cells import cell_len, set_cell_size


def fitted(text: str, width: int) -> str:
    """``text`` in exactly ``width`` cells: filled with spaces, or cut with ``..``."""
    if cell_len(text) <= width:
        return text + " " * (width - cell_len(text))
    if width < 3:
        return set_cell_size(text, width)
    return set_cell_size(text, width - 2) + ".."
