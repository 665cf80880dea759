// The journey of a program that uses the official Node SDK: upload, train, follow, ask, stream.
import { createReadStream } from "node:fs";
import OpenAI from "openai";

const client = new OpenAI({
  baseURL: process.env.ENGINE_URL,
  apiKey: process.env.ENGINE_TOKEN,
  maxRetries: 0,
});

const file = await client.files.create({
  file: createReadStream(process.argv[2]),
  purpose: "fine-tune",
});
let job = await client.fineTuning.jobs.create({
  model: "voicetune-starter",
  training_file: file.id,
  metadata: { from: "node" },
});
while (!["succeeded", "failed", "cancelled"].includes(job.status)) {
  await new Promise((done) => setTimeout(done, 50));
  job = await client.fineTuning.jobs.retrieve(job.id);
}

const events = [];
for await (const event of client.fineTuning.jobs.listEvents(job.id, { limit: 2 })) {
  events.push(event.id);
}
const checkpoints = await client.fineTuning.jobs.checkpoints.list(job.id);

const messages = [{ role: "user", content: "How do I water a fern?" }];
const answer = await client.chat.completions.create({ model: job.fine_tuned_model, messages });
let streamed = "";
const stream = await client.chat.completions.create({
  model: job.fine_tuned_model,
  messages,
  stream: true,
});
for await (const chunk of stream) {
  streamed += chunk.choices[0]?.delta?.content ?? "";
}

let refusal;
try {
  await client.chat.completions.create({ model: "nothing", messages });
} catch (error) {
  refusal = { status: error.status, code: error.code, known: error instanceof OpenAI.NotFoundError };
}

console.log(
  JSON.stringify({
    status: job.status,
    events: events.length,
    distinct: new Set(events).size,
    checkpoints: checkpoints.data.length,
    answer: answer.choices[0].message.content,
    streamed,
    refusal,
  }),
);
