"""The levers of the model: predictions written down before the runs, beside what paired runs measure.

`predictions` states what each lever should do, as sign and window, and `lever_measures` how that is measured;
`lever_study` runs every scenario variant once and judges, `lever_report` writes the table.
"""
