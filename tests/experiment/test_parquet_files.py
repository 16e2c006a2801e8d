import json

import pandas as pd
import pyarrow.parquet as pq
import pytest

from sim.errors import InputError
from sim.experiment import run_sweep
from sim.experiment.parquet_files import TableWriter, as_stored, read_table, write_table
from sim.experiment.run_sweep import sweep
from tests.support.experiment_files import bytes_of


def test_equal_rows_give_equal_bytes_and_no_partial_file_is_left(tmp_path):
    table = pd.DataFrame({"point": [0, 1], "name": ["a", "b"]})
    write_table(table, tmp_path / "one.parquet", tmp_path)
    write_table(table.copy(), tmp_path / "two.parquet", tmp_path)
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.parquet", "two.parquet"]
    assert read_table(tmp_path, "one.parquet").equals(as_stored(table))


def test_a_table_written_in_pieces_appears_when_it_is_closed(tmp_path):
    path = tmp_path / "runs.parquet"
    with TableWriter(path) as writer:
        for i in range(3):
            writer.add(pd.DataFrame({"point": [i]}))
        assert not path.exists()
    assert read_table(tmp_path, path.name)["point"].tolist() == [0, 1, 2]


def test_a_table_that_does_not_exist_or_is_damaged_is_none(tmp_path):
    (tmp_path / "damaged.parquet").write_bytes(b"PAR1")
    assert read_table(tmp_path, "damaged.parquet") is None
    assert read_table(tmp_path, "missing.parquet") is None


def test_a_full_disk_is_an_error_and_finished_runs_stay(experiment, reference, tmp_path, monkeypatch):
    monkeypatch.setattr(run_sweep, "BATCH_S", 1e-9)
    write = pq.write_table

    def full_from_the_sixth_part(table, *arguments, count=[0], **options):  # noqa: B006
        count[0] += 1
        if count[0] > 1 + 3 * 5:  # one table of the design, three per part
            raise OSError(28, "No space left on device")
        write(table, *arguments, **options)

    out = tmp_path / "full"
    monkeypatch.setattr(pq, "write_table", full_from_the_sixth_part)
    with pytest.raises(InputError, match=r"No space left on device; finished runs are saved, resume with --resume"):
        sweep(experiment, out, workers=1)
    monkeypatch.setattr(pq, "write_table", write)
    assert sweep(experiment, out, workers=1, resume=True).n_simulated == 12 - 5
    assert bytes_of(out) == bytes_of(reference)


def test_tables_of_a_sweep_carry_the_label_and_units(reference):
    label = json.loads((reference / "manifest.json").read_text("utf-8"))["label"]
    for path in (reference / "runs.parquet", reference / "design.parquet", *reference.glob("parts/*/*.parquet")):
        assert pq.read_schema(path).metadata[b"label"].decode() == label
    runs = pq.read_schema(reference / "runs.parquet")
    units = {name: (runs.field(name).metadata or {}).get(b"units") for name in runs.names}
    assert units["point"] is units["command.doctrine"] is None
    assert (units["drone_strikes.defender.n_crews"], units["attacker_losses"]) == (b"crews", b"soldiers")
