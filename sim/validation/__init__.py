"""The model compared with closed forms, with published results and with the article."""
