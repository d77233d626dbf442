"""Workers: programs that ask a coordinator for work over the wire. They import core only."""
