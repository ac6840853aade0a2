"""The words for what the model says, one table per enumeration (both languages by gettext)."""
