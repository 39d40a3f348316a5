"""What the documentation site has beside the pages in docs: its navigation, and what is made from the code."""
