"""The article's second server: each request is run by a process of its own, which ends with it.

The process is forked, so it has the model already: kinder than one that starts from nothing and loads it. No more
than 32 live at once; the others wait. The model is served_model.py's; on the pretend accelerator passes do not overlap,
whichever process they are of.

    uvicorn --app-dir src/bench/python article_processes:app
"""

import asyncio
import multiprocessing
from concurrent.futures import ThreadPoolExecutor

import served_model
from fastapi import FastAPI, Request

AT_ONCE = 32

# After which a process that was forked at a bad moment is taken for stuck, and its request fails.
STUCK_SECONDS = 10

app = FastAPI()
model = served_model.model()
processes = multiprocessing.get_context("fork")
starters = ThreadPoolExecutor(AT_ONCE)


def alone(text):
    here, there = processes.Pipe(duplex=False)
    process = processes.Process(target=lambda: there.send(model([text])[0]))
    process.start()
    there.close()
    try:
        if not here.poll(STUCK_SECONDS):
            process.kill()
        return here.recv()
    finally:
        here.close()
        process.join()


@app.post("/process")
async def process(request: Request):
    text = (await request.json())["input"]
    return {"output": await asyncio.get_running_loop().run_in_executor(starters, alone, text)}
