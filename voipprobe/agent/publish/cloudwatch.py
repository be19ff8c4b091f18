"""CloudWatch as one of the publishers."""

from collections.abc import Sequence

from voipprobe.agent.config.sections import CloudWatchSection
from voipprobe.agent.publish.contract import Delivery
from voipprobe.aws.metrics.publisher import CloudWatchPublisher
from voipprobe.model.measurement import Measurement


class CloudWatch:
    """Delivers once an interval, so that a minute of all paths is one request."""

    name = "cloudwatch"

    def __init__(self, section: CloudWatchSection, *, region: str | None) -> None:
        self.interval_s = section.interval_s
        self._publisher = CloudWatchPublisher(section.namespace, region=region)

    def deliver(self, batch: Sequence[Measurement]) -> Delivery:
        """Send a batch; what AWS refuses for good is counted, all else comes again."""
        outcome = self._publisher.publish(batch)
        complaint = outcome.problem
        if outcome.refused and complaint is None:
            complaint = f"refused for good: {outcome.refused[0].reason}"
        return Delivery(
            again=tuple(batch[place] for place in outcome.later),
            refused=len(outcome.refused) + len(outcome.too_old),
            complaint=complaint,
            retry_after_s=outcome.retry_after_s or 0.0,
        )

    def close(self) -> None:
        """Let go of the line."""
        self._publisher.close()
