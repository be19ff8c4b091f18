"""CloudWatch's statistics as cells of a mesh, percentiles included, which moto cannot compute."""

from voipprobe.aws.metrics.mesh import Dimensions, dimensions_of, measurements_of
from voipprobe.aws.metrics.read import Points, Series
from voipprobe.metrics.matrix import PERCENTILES, mesh_cells
from voipprobe.model.path import Path

CALL, SBC = (
    dimensions_of(Path(source="iad", destination="pdx", scenario=one)) for one in ("call", "sbc")
)


def answers(of: Dimensions, figures: dict[tuple[str, str], float]) -> dict[Series, Points]:
    """As GetMetricData answers for one period."""
    return {Series(name, of, stat): ((60.0, value),) for (name, stat), value in figures.items()}


def test_percentiles_are_cloudwatchs_own() -> None:
    """The value of a cell is the one that was answered, of exactly the statistic of the matrix."""
    told = {
        ("RoundTrip", "p50"): 61.5, ("Jitter", "p95"): 7.25, ("MOS", "p5"): 3.875,
        ("RoundTrip", "p95"): 999.0, ("MOS", "p50"): 1.0, ("MOS", "SampleCount"): 40.0,
    }  # fmt: skip
    (cell,) = mesh_cells(measurements_of(answers(CALL, told), [CALL]))
    assert (cell.round_trip_ms, cell.jitter_ms, cell.mos) == (61.5, 7.25, 3.875)
    assert cell.ser is None
    assert set(PERCENTILES.items()) == {("RoundTrip", 50), ("Jitter", 95), ("MOS", 5)}


def test_means_of_scenarios_are_weighed_by_their_samples() -> None:
    """A path with two scenarios is one cell; 30 samples count three times as much as 10."""
    points = answers(CALL, {("SER", "Average"): 100.0, ("SER", "SampleCount"): 30.0})
    points |= answers(SBC, {("SER", "Average"): 60.0, ("SER", "SampleCount"): 10.0})
    points |= answers(SBC, {("CallAttempts", "Sum"): 7.0}) | answers(
        CALL, {("CallAttempts", "Sum"): 5.0}
    )
    (cell,) = mesh_cells(measurements_of(points, [CALL, SBC]))
    assert cell.ser == 0.9
    assert cell.calls == 12
    (alone,) = mesh_cells(measurements_of(points, [CALL, SBC]), scenario="sbc")
    assert alone.ser == 0.6


def test_a_path_without_an_answer_has_no_cell() -> None:
    """Nothing published is not zero calls."""
    assert mesh_cells(measurements_of({}, [CALL])) == ()
    assert mesh_cells(measurements_of({Series("Rounds", CALL, "Sum"): ()}, [CALL])) == ()
