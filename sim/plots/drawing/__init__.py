"""What all figures share: the labelled figure, colours, date axes, page templates, and labels that do not overlap."""
