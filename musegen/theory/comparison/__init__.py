"""Two readings of one piece side by side: agreement, differences by kind, and what the notes say of each."""
