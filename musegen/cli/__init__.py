"""The command line: `musegen COMMAND`, each command in a module of its own, loaded when called."""
