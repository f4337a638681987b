"""The queue of the article that Ferry began from, as a server to measure against.

A handler puts its input into an in-memory queue and looks every 10 ms whether the answer is there. One background
thread drains the queue whole, runs what it got as one batch and puts the answers where the handlers look. Nothing
is bounded, nothing expires, and the thread never sleeps: that is how the article has it. Two things are kinder than
the article: the thread gives the interpreter away between two looks at an empty queue, and an answer leaves its
place when it is read.

The model is the pretend accelerator that Ferry has as well: a batch of n rows takes FIXED_MS + n * ROW_MS, needs next to
no processor, ends within microseconds of its time, and answers each row with its number of characters.

    uvicorn --app-dir src/bench/python article_queue:app
"""

import asyncio
import os
import queue
import threading
import time
import uuid

from fastapi import FastAPI, Request

FIXED_MS = float(os.environ.get("FIXED_MS", "3.5"))
ROW_MS = float(os.environ.get("ROW_MS", "0.02"))
POLL_SECONDS = 0.01

# The kernel wakes a sleeper about 90 us late; Ferry's pretend accelerator spends the last part of a pass awake, too.
AWAKE_SECONDS = 0.0001

app = FastAPI()
waiting: queue.Queue = queue.Queue()
answers: dict = {}


def model(texts):
    end = time.perf_counter() + (FIXED_MS + ROW_MS * len(texts)) / 1000
    time.sleep(max(0, end - time.perf_counter() - AWAKE_SECONDS))
    while time.perf_counter() < end:
        time.sleep(0)
    return [[float(len(text))] for text in texts]


def serve():
    while True:
        if waiting.empty():
            time.sleep(0)
            continue
        batch = []
        while not waiting.empty():
            batch.append(waiting.get())
        outputs = model([text for _, text in batch])
        for (key, _), output in zip(batch, outputs):
            answers[key] = output


threading.Thread(target=serve, daemon=True).start()


@app.post("/process")
async def process(request: Request):
    text = (await request.json())["input"]
    key = uuid.uuid4()
    waiting.put((key, text))
    while key not in answers:
        await asyncio.sleep(POLL_SECONDS)
    return {"output": answers.pop(key)}
