"""The pieces of the pages of talk, for one reader: who spoke, where a thread stands, what may be done."""
