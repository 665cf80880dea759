"""The shapes of what the engine answers, as JSON Schema: OpenAI's objects as far as it has them."""

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
YES_OR_NO: Schema = {"type": "boolean"}
ANYTHING: Schema = {"type": "object"}


def const(value: str) -> Schema:
    """Returns the schema of one text."""
    return {"type": "string", "const": value}


def one_of(*values: str) -> Schema:
    """Returns the schema of one text out of several."""
    return {"type": "string", "enum": list(values)}


def or_null(schema: Schema) -> Schema:
    """Returns the schema of a value that may be missing."""
    return {"anyOf": [schema, {"type": "null"}]}


def many(schema: Schema) -> Schema:
    """Returns the schema of a list."""
    return {"type": "array", "items": schema}


def ref(name: str) -> Schema:
    """Returns a reference to a named schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def all_of(**properties: Schema) -> Schema:
    """Returns the schema of an object that has all these and nothing else."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def may_have(schema: Schema, **properties: Schema) -> Schema:
    """Returns the schema of an object that may have these as well."""
    return {**schema, "properties": {**schema["properties"], **properties}}


def _page_of(name: str) -> Schema:
    return all_of(
        object=const("list"),
        data=many(ref(name)),
        has_more=YES_OR_NO,
        first_id=or_null(TEXT),
        last_id=or_null(TEXT),
    )


_NUMBERS = {"type": "object", "additionalProperties": NUMBER}
_AUTO_OR_NUMBER = {
    "type": "object",
    "additionalProperties": {"anyOf": [NUMBER, const("auto")]},
}
_USAGE = all_of(prompt_tokens=WHOLE, completion_tokens=WHOLE, total_tokens=WHOLE)
_SETTINGS = all_of(hyperparameters=_AUTO_OR_NUMBER)

SCHEMAS: dict[str, Schema] = {
    "Error": all_of(error=all_of(message=TEXT, type=TEXT, param=or_null(TEXT), code=or_null(TEXT))),
    "File": all_of(
        id=TEXT,
        object=const("file"),
        bytes=WHOLE,
        created_at=WHOLE,
        filename=TEXT,
        purpose=one_of("fine-tune", "fine-tune-results"),
        status=const("processed"),
    ),
    "FileList": _page_of("File"),
    "Deleted": all_of(id=TEXT, object=one_of("file", "model"), deleted=YES_OR_NO),
    "FineTuningJob": may_have(
        all_of(
            id=TEXT,
            object=const("fine_tuning.job"),
            created_at=WHOLE,
            error=or_null(all_of(code=TEXT, message=TEXT, param=or_null(TEXT))),
            estimated_finish=or_null(WHOLE),
            fine_tuned_model=or_null(TEXT),
            finished_at=or_null(WHOLE),
            hyperparameters=_AUTO_OR_NUMBER,
            integrations={"type": "array", "maxItems": 0},
            metadata=or_null({"type": "object", "additionalProperties": TEXT}),
            method={
                "type": "object",
                "properties": {
                    "type": one_of("supervised", "dpo"),
                    "supervised": _SETTINGS,
                    "dpo": _SETTINGS,
                },
                "required": ["type"],
                "additionalProperties": False,
            },
            model=TEXT,
            organization_id=TEXT,
            result_files=many(TEXT),
            seed=WHOLE,
            status=one_of(
                "validating_files",
                "queued",
                "running",
                "paused",
                "succeeded",
                "failed",
                "cancelled",
            ),
            trained_tokens=or_null(WHOLE),
            training_file=TEXT,
            validation_file=or_null(TEXT),
        ),
        early_stopping=YES_OR_NO,
    ),
    "FineTuningJobList": _page_of("FineTuningJob"),
    "FineTuningEvent": all_of(
        object=const("fine_tuning.job.event"),
        id=TEXT,
        created_at=WHOLE,
        level=one_of("info", "warn", "error"),
        type=one_of("message", "metrics"),
        message=TEXT,
        data=_NUMBERS,
    ),
    "FineTuningEventList": _page_of("FineTuningEvent"),
    "FineTuningCheckpoint": all_of(
        id=TEXT,
        object=const("fine_tuning.job.checkpoint"),
        created_at=WHOLE,
        fine_tuned_model_checkpoint=TEXT,
        fine_tuning_job_id=TEXT,
        metrics=_NUMBERS,
        step_number=WHOLE,
    ),
    "FineTuningCheckpointList": _page_of("FineTuningCheckpoint"),
    "Model": all_of(id=TEXT, object=const("model"), created=WHOLE, owned_by=TEXT),
    "ModelList": all_of(object=const("list"), data=many(ref("Model"))),
    "ChatCompletion": all_of(
        id=TEXT,
        created=WHOLE,
        model=TEXT,
        object=const("chat.completion"),
        choices=many(
            all_of(
                index=WHOLE,
                message=all_of(role=const("assistant"), content=TEXT, refusal={"type": "null"}),
                finish_reason=one_of("stop", "length"),
                logprobs={"type": "null"},
            )
        ),
        usage=_USAGE,
    ),
    "EngineState": all_of(
        version=TEXT,
        models=many(
            all_of(
                id=TEXT,
                name=TEXT,
                folder=TEXT,
                parameters=WHOLE,
                context=WHOLE,
                tokens_per_second=or_null(NUMBER),
                measured_at=or_null(NUMBER),
                licence=or_null(TEXT),
            )
        ),
        queue=WHOLE,
        chat=one_of("idle", "ready", "starting", "stopped"),
    ),
    "Catalogue": all_of(
        models=many(
            all_of(
                id=TEXT,
                name=TEXT,
                licence=TEXT,
                parameters=WHOLE,
                download_bytes=WHOLE,
                context=WHOLE,
                thinks=YES_OR_NO,
                quality=TEXT,
                as_of=TEXT,
                here=YES_OR_NO,
                memory_bytes=WHOLE,
                fits=YES_OR_NO,
                time=all_of(seconds=or_null(WHOLE), measured=YES_OR_NO),
            )
        ),
        free_disk_bytes=WHOLE,
        free_memory_bytes=WHOLE,
    ),
    "HubModel": all_of(
        id=TEXT,
        licence=or_null(TEXT),
        gated=YES_OR_NO,
        download_bytes=WHOLE,
        context=or_null(WHOLE),
        has=all_of(safetensors=YES_OR_NO, tokenizer=YES_OR_NO, chat_template=or_null(YES_OR_NO)),
        problem=or_null(TEXT),
        here=YES_OR_NO,
        free_disk_bytes=WHOLE,
        enough_disk=YES_OR_NO,
        memory_bytes=or_null(WHOLE),
        fits=or_null(YES_OR_NO),
    ),
    "Download": all_of(
        id=TEXT,
        object=const("engine.download"),
        model=TEXT,
        licence=or_null(TEXT),
        status=one_of("running", "succeeded", "failed", "cancelled", "interrupted"),
        bytes=WHOLE,
        total_bytes=WHOLE,
        created_at=WHOLE,
        error=or_null(all_of(code=TEXT, message=TEXT)),
    ),
    "DownloadList": all_of(object=const("list"), data=many(ref("Download"))),
    "Health": all_of(
        status=const("ok"), version=TEXT, chat=one_of("idle", "ready", "starting", "stopped")
    ),
}
