"""The article's first server: a request, a pass, in the handler itself. The model is served_model.py's.

    uvicorn --app-dir src/bench/python article_sequential:app
"""

import served_model
from fastapi import FastAPI, Request

app = FastAPI()
model = served_model.model()


@app.post("/process")
async def process(request: Request):
    return {"output": model([(await request.json())["input"]])[0]}
