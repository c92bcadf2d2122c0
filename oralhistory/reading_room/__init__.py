"""The public: browse, listen, read, search, cite. Sees editions and public records, nothing else."""
