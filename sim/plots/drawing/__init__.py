"""What all figures share: the labelled figure, colours, axes of dates, and labels that do not overlap."""
