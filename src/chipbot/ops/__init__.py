"""Everything for running chipbot: nothing that answers."""
