"""Parquet tables are read whole, with the columns that readers need, or refused by the file's name."""

import os

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.errors import InputError
from sim.results.parquet_tables import check_numbers, read_parquet
from tests.support.manifests import lines_of

TABLE = pd.DataFrame({"point": [0, 1, 2], "is_held": [True, False, True], "x": [0.1, 0.2, 0.3], "name": list("abc")})


@pytest.fixture
def file(tmp_path):
    (tmp_path / "parts").mkdir()
    TABLE.to_parquet(tmp_path / "parts" / "t.parquet", write_page_checksum=True)
    return tmp_path / "parts" / "t.parquet"


def test_a_table_is_read_whole_or_in_part(file, tmp_path):
    pd.testing.assert_frame_equal(read_parquet(tmp_path, "parts/t.parquet", ("point", "is_held", "x")), TABLE)
    some = read_parquet(tmp_path, "parts/t.parquet", columns=["point"], filters=[("point", ">=", 1)])
    assert some.to_dict("list") == {"point": [1, 2]}


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + bytes(60) + b"PAR1", b"point,x\n1,2\n"])
def test_what_is_no_table_is_refused_in_one_line(file, tmp_path, content):
    file.write_bytes(content)
    with pytest.raises(InputError, match=r"t.parquet: is truncated or altered: ") as caught:
        read_parquet(tmp_path, "parts/t.parquet")
    assert len(caught.value.lines) == 1


def test_links_and_pipes_are_refused(file, tmp_path):
    file.rename(tmp_path / "mine.parquet")
    file.symlink_to(tmp_path / "mine.parquet")
    os.mkfifo(tmp_path / "pipe")
    for name in ("parts/t.parquet", "pipe"):
        with pytest.raises(InputError, match="is a link, a pipe or a folder"):
            read_parquet(tmp_path, name)


@pytest.mark.parametrize(
    ("column", "values", "fault"),
    [("point", None, "has no column point"), ("point", list("abc"), "must hold numbers"),
     ("point", [0, -1, 2], "none below 0"), ("x", [0.1, None, 0.3], "in every row"), ("x", [[1], [2], [3]], "numbers")],
)  # fmt: skip
def test_a_column_that_readers_need_holds_numbers(file, tmp_path, column, values, fault):
    table = TABLE.drop(columns=column) if values is None else TABLE.assign(**{column: values})
    table.to_parquet(file)
    with pytest.raises(InputError, match=fault):
        read_parquet(tmp_path, "parts/t.parquet", (column,))
    with pytest.raises(InputError, match=fault):
        check_numbers(table, {column: 0}, file)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.data())
def test_a_damaged_table_is_read_or_refused_in_one_line(file, tmp_path, data):
    TABLE.to_parquet(file, write_page_checksum=True)
    content = bytearray(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    file.write_bytes(content[: data.draw(st.integers(len(content) // 2, len(content)))])
    assert len(lines_of(read_parquet, tmp_path, "parts/t.parquet", ("point",))) <= 1
