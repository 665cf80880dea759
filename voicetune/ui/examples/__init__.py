"""The Examples room: bring texts in, see what is wrong with them, mend it."""
