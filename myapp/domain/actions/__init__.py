"""What a todo consists in doing: one file per kind of action."""
