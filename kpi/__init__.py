"""Pure numbers: each widget is a function of the columns of interactions and a window."""
