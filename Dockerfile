# The API on its own, for docker-compose.yml or any other place; settings are in docs/settings.md.

FROM node:24-slim AS graphiql
WORKDIR /web
COPY web/graphiql/package.json web/graphiql/package-lock.json web/graphiql/.npmrc ./
RUN npm ci --ignore-scripts
COPY web/graphiql/ ./
RUN node build.mjs /graphiql

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/rapport
WORKDIR /src
# Dependencies first: they change less often than the code.
COPY requirements.txt ./
RUN /opt/rapport/bin/pip install --require-hashes -r requirements.txt
COPY . .
COPY --from=graphiql /graphiql app/static/graphiql
RUN /opt/rapport/bin/pip install --no-deps .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home rapport
COPY --from=build /opt/rapport /opt/rapport
USER rapport
WORKDIR /home/rapport
ENV PATH=/opt/rapport/bin:$PATH PYTHONUNBUFFERED=1 RAPPORT_HOST=0.0.0.0
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD python -c "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + (os.environ.get('RAPPORT_PORT') or '8000') + '/readyz', timeout=4)"
ENTRYPOINT ["rapport"]
CMD ["serve"]
