"""The warm-up: a trainer kept ready from the first use on, and each base model measured once."""

import asyncio

from voicetune.engine.generator_process import GeneratorProcess
from voicetune.engine.job_store import jobs_with
from voicetune.engine.models import base_models
from voicetune.engine.store import Store, save_speed, speed_of
from voicetune.engine.trainer_process import SpareTrainer

GENERATOR_FIRST = 60.0
"""Seconds for which the spare trainer leaves the processor to the generator's start."""


class WarmUp:
    """Starts the spare trainer and has it measure models, while no job runs."""

    def __init__(self, store: Store, spare: SpareTrainer, generator: GeneratorProcess) -> None:
        self._store = store
        self._spare = spare
        self._generator = generator
        self._tasks: set[asyncio.Task[None]] = set()
        self._one_measurement = asyncio.Lock()
        self._begun = False

    def begin(self) -> None:
        """Keeps a trainer warm from now on, and measures the base models that never were."""
        if not self._begun:
            self._begun = True
            self._keep(asyncio.create_task(self._begin()))

    def measure(self) -> None:
        """Has the base models that never were measured in the background."""
        self._keep(asyncio.create_task(self._measure()))

    async def stop(self) -> None:
        """Stops measuring; the spare trainer is the queue's to end."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _begin(self) -> None:
        await self._generator.wait_ready(GENERATOR_FIRST)
        if not jobs_with(self._store, "running"):
            await self._spare.warm()
        await self._measure()

    async def _measure(self) -> None:
        async with self._one_measurement:
            for base in base_models(self._store.home):
                known = speed_of(self._store, base.id) is not None
                if not known and not jobs_with(self._store, "running"):
                    speed = await self._spare.measure(str(base.folder))
                    if speed is not None:
                        save_speed(self._store, base.id, speed)

    def _keep(self, task: "asyncio.Task[None]") -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
