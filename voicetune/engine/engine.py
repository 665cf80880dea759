"""The parts of a running engine, as the routes see them."""

from dataclasses import dataclass

from starlette.requests import Request

from voicetune.engine.downloads import Downloads
from voicetune.engine.generator_process import GeneratorProcess
from voicetune.engine.measures import Measures
from voicetune.engine.queue import JobQueue
from voicetune.engine.store import Store
from voicetune.engine.warm_up import WarmUp


@dataclass(frozen=True, slots=True)
class Engine:
    """What is kept, who trains, measures, answers and counts, and what is on its way here."""

    store: Store
    queue: JobQueue
    warm_up: WarmUp
    generator: GeneratorProcess
    measures: Measures
    downloads: Downloads

    async def wake(self) -> None:
        """Starts the workers where nobody has asked for a model yet: they hold much memory."""
        await self.generator.start()
        self.warm_up.begin()


def engine_of(request: Request) -> Engine:
    """Returns the engine that serves this request."""
    engine: Engine = request.app.state.engine
    return engine
