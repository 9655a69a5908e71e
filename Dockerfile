# The atlas as an image, set up by the same script as on a desk. It holds PostgreSQL + PostGIS too: without
# DATABASE_URL the program keeps its own cluster in /data; compose.yaml gives it a database beside it.
FROM debian:12-slim

ENV LANG=C.UTF-8 \
    ATLAS_DATA_DIR=/data \
    PORT=8501

RUN useradd --uid 10001 --user-group --create-home --shell /usr/sbin/nologin atlas \
    && install -d -o atlas -g atlas -m 0700 /data

WORKDIR /app

# First what changes seldom: packages, libraries, assets
COPY package.json package-lock.json .npmrc requirements.txt requirements-npm.txt ./
COPY scripts/ scripts/
RUN sh scripts/install.sh run \
    && rm -rf /var/lib/apt/lists/* /root/.cache /root/.npm var

# Then the program; the second call compiles the catalogues and finds everything else in place
COPY . .
RUN sh scripts/install.sh run && .venv/bin/python -m compileall -q app.py gis projects layers data services views

USER 10001:10001
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=15s --timeout=6s --start-period=5m --retries=4 \
    CMD [".venv/bin/python", "scripts/serve.py", "--health"]
CMD ["sh", "scripts/run.sh"]
