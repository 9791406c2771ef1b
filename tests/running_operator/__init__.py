"""What tests of the running operator share: the process itself, todos to give it, and the writes it made."""
