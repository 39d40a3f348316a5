"""How frames move: the only place where threads wait for each other."""
