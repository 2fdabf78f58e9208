"""Who was there on the days in person: halves of a day, lists, codes, printed sheets, and recordings seen in a room."""
