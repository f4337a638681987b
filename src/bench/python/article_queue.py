"""The queue of the article that Ferry began from, as a server to measure against.

A handler puts its input into an in-memory queue and looks every 10 ms whether the answer is there. One background
thread drains the queue whole, runs what it got as one batch and puts the answers where the handlers look. Nothing
is bounded, nothing expires, and the thread never sleeps: that is how the article has it. Two things are kinder than
the article: the thread gives the interpreter away between two looks at an empty queue, and an answer leaves its
place when it is read. With SPIN=1 the thread keeps the interpreter, as the article's does.

With WAIT_MS the thread lets so much time go by after it found something, for more to come. The model is
served_model.py's.

    uvicorn --app-dir src/bench/python article_queue:app
"""

import asyncio
import os
import queue
import threading
import time
import uuid

import served_model
from fastapi import FastAPI, Request

POLL_SECONDS = 0.01
SPIN = os.environ.get("SPIN") == "1"
WAIT_SECONDS = float(os.environ.get("WAIT_MS", "0")) / 1000

app = FastAPI()
model = served_model.model()
waiting: queue.Queue = queue.Queue()
answers: dict = {}


def serve():
    while True:
        if waiting.empty():
            if not SPIN:
                time.sleep(0)
            continue
        if WAIT_SECONDS:
            time.sleep(WAIT_SECONDS)
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
