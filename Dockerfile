# The demo on any server:
#   docker build -t humanseg . && docker run --rm -p 7860:7860 humanseg
FROM python:3.12-slim

WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt

COPY app.py README.md ./
COPY examples examples
COPY humanseg humanseg
COPY weights weights

RUN useradd --create-home user
USER user
ENV GRADIO_SERVER_NAME=0.0.0.0
EXPOSE 7860
CMD ["python", "app.py"]
