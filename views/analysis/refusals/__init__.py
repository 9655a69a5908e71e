"""What an analysis refuses, said in the reader's language."""
