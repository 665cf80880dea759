"""What requests may ask for: the bodies and queries of OpenAI's API, with this engine's limits."""

import json
import re
import unicodedata
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from starlette.requests import Request

from voicetune.engine.errors import ApiError, from_validation, invalid
from voicetune.engine.store import Page

JSON_LIMIT = 8 * 2**20

Auto = Literal["auto"]
MethodName = Literal["supervised", "dpo"]
FileId = Annotated[str, Field(max_length=64)]
ModelId = Annotated[str, Field(min_length=1, max_length=512)]


class Wire(BaseModel):
    """A body in which a misspelt key is an error and a text is not taken for a number."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Hyperparameters(Wire):
    """How to train; "auto" leaves it to the trainer."""

    n_epochs: Auto | Annotated[int, Field(ge=1, le=50)] = "auto"
    batch_size: Auto | Annotated[int, Field(ge=1, le=256)] = "auto"
    learning_rate_multiplier: Auto | Annotated[float, Field(gt=0, le=100)] = "auto"


class PreferenceHyperparameters(Hyperparameters):
    """How to learn from preference pairs; a small beta lets the model move further."""

    beta: Auto | Annotated[float, Field(gt=0, le=2)] = "auto"


class Supervised(Wire):
    """The settings of the supervised method."""

    hyperparameters: Hyperparameters | None = None


class Dpo(Wire):
    """The settings of direct preference optimisation."""

    hyperparameters: PreferenceHyperparameters | None = None


class Method(Wire):
    """How a model learns: from answers, or from pairs of a preferred and a rejected one."""

    type: Literal["supervised", "dpo", "reinforcement"]
    supervised: Supervised | None = None
    dpo: Dpo | None = None
    reinforcement: dict[str, Any] | None = None


class JobRequest(Wire):
    """The body of POST /fine_tuning/jobs; `early_stopping` is this engine's own."""

    model: ModelId
    training_file: FileId
    validation_file: FileId | None = None
    method: Method | None = None
    hyperparameters: Hyperparameters | None = None
    suffix: Annotated[str, Field(max_length=64)] | None = None
    seed: Annotated[int, Field(ge=0, le=2**32 - 1)] | None = None
    early_stopping: bool | None = None
    metadata: (
        Annotated[
            dict[
                Annotated[str, Field(max_length=64)],
                Annotated[str, Field(max_length=512)],
            ],
            Field(max_length=16),
        ]
        | None
    ) = None
    integrations: list[dict[str, Any]] | None = None

    @property
    def chosen(self) -> Hyperparameters:
        """The hyperparameters, whichever of the two places they stand in."""
        if self.method_name == "dpo":
            pairs = self.method.dpo.hyperparameters if self.method and self.method.dpo else None
            outer = self.hyperparameters.model_dump() if self.hyperparameters else {}
            return pairs or PreferenceHyperparameters(**outer)
        method = self.method.supervised if self.method else None
        inner = method.hyperparameters if method else None
        return inner or self.hyperparameters or Hyperparameters()

    @property
    def method_name(self) -> MethodName:
        """The method, the supervised one where none is named."""
        return "dpo" if self.method is not None and self.method.type == "dpo" else "supervised"

    def refuse_unsupported(self) -> None:
        """Raises a 400 for what would change the meaning of the job if it were passed over."""
        if self.method is not None and self.method.type == "reinforcement":
            raise invalid(
                "This engine trains with the methods 'supervised' and 'dpo', not 'reinforcement'.",
                param="method",
                code="unsupported_method",
            )
        other = {"dpo": "supervised", "supervised": "dpo"}[self.method_name]
        if self.method is not None and getattr(self.method, other) is not None:
            raise invalid(
                f"The method is '{self.method_name}', but there are settings for '{other}'.",
                param=f"method.{other}",
                code="unsupported_parameter",
            )
        if self.early_stopping and self.validation_file is None:
            raise invalid(
                "Early stopping goes by the validation loss, so it needs a validation_file.",
                param="early_stopping",
                code="validation_file_required",
            )
        if self.integrations:
            raise invalid(
                "This engine sends nothing to other services, so it takes no integrations.",
                param="integrations",
                code="unsupported_parameter",
            )


def plain_suffix(suffix: str | None) -> str:
    """Returns the suffix as it stands in a model id: letters and digits of any script, - and _."""
    text = unicodedata.normalize("NFC", suffix or "")
    return re.sub(r"[^\w]+", "-", text).strip("-")


class StreamOptions(Wire):
    """Options of a streamed answer."""

    include_usage: bool = False
    include_obfuscation: bool | None = None


class ChatRequest(BaseModel):
    """The body of POST /chat/completions, as far as it is about this engine."""

    model_config = ConfigDict(strict=True)

    model: ModelId
    messages: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=2048)]
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = 1.0
    top_p: Annotated[float, Field(ge=0, le=1)] | None = 1.0
    n: Annotated[int, Field(ge=1, le=16)] | None = 1
    seed: Annotated[int, Field(ge=-(2**63), lt=2**63)] | None = None
    stop: (
        Annotated[str, Field(min_length=1)]
        | Annotated[list[Annotated[str, Field(min_length=1)]], Field(max_length=4)]
        | None
    ) = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    max_completion_tokens: Annotated[int, Field(ge=1)] | None = None
    presence_penalty: Annotated[float, Field(ge=-2, le=2)] | None = 0.0
    frequency_penalty: Annotated[float, Field(ge=-2, le=2)] | None = 0.0

    @property
    def longest(self) -> int | None:
        """How many tokens the answer may have."""
        return self.max_completion_tokens or self.max_tokens

    @property
    def stops(self) -> list[str]:
        """The texts at which the answer ends."""
        return [self.stop] if isinstance(self.stop, str) else self.stop or []


class PageQuery(BaseModel):
    """after and limit of a list; the routes say how many items a page has at most."""

    after: Annotated[str, Field(max_length=128)] | None = None
    limit: int | None = None
    order: Literal["asc", "desc"] = "desc"
    purpose: Annotated[str, Field(max_length=64)] | None = None

    @field_validator("after", mode="before")
    @classmethod
    def _no_empty_cursor(cls, value: Any) -> Any:
        return value or None

    def page(self, *, usual: int, most: int) -> Page:
        """Returns the page; raises a 400 for a limit out of range."""
        limit = usual if self.limit is None else self.limit
        if not 1 <= limit <= most:
            raise invalid(f"'limit' must be between 1 and {most:,}.", param="limit")
        return Page(self.after, limit)


Parsed = TypeVar("Parsed", bound=BaseModel)


def parse(model: type[Parsed], body: Any) -> Parsed:
    """Returns the body as `model`; raises a 400 that names the first thing that is wrong."""
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise from_validation(error, body) from error


def page_query(request: Request) -> PageQuery:
    """Returns the query of a list."""
    return parse(PageQuery, dict(request.query_params))


async def json_body(request: Request) -> dict[str, Any]:
    """Reads a JSON object; raises a 400 for anything else and a 413 for one of over 8 MB."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > JSON_LIMIT:
            raise ApiError(413, "This request is larger than 8 MB.", code="request_too_large")
    try:
        body = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise invalid("The body of this request is not JSON.") from error
    if not isinstance(body, dict):
        raise invalid("The body of this request must be a JSON object.")
    return body
