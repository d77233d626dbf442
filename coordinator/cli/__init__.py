"""The command line: `main` finds the commands; `ending` is how they end, `options` what they share, `reaching` how they come to a coordinator."""
