"""What each kind of request asks for and how it is answered, one noun of a vendor per file."""
