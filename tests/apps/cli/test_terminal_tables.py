from sim.apps.cli.terminal_tables import console, new_table, print_labelled


def test_a_table_is_followed_by_its_note_and_the_label(capsys):
    table = new_table("A title")
    table.add_column("outcome")
    table.add_row("losses")
    print_labelled(table, "the label", "one note")
    out = capsys.readouterr().out
    assert out.index("A title") < out.index("losses") < out.index("one note") < out.index("the label")


def test_text_from_files_is_printed_as_it_is(capsys):
    table = new_table("[red]x[/red] :smile:")
    table.add_column("a column as wide as the title")
    print_labelled(table, "the label", "[bold]note[/bold] :smile: \x1b[2J")
    out = capsys.readouterr().out
    assert "[red]x[/red] :smile:" in out
    assert "[bold]note[/bold] :smile: " in out
    assert "\x1b" not in out


def test_a_pipe_is_as_wide_as_asked_for(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    assert console(200).width == 200
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert console(200).width == 40
