# docker build -t reputation-monitor .
# docker run -v reputation-data:/data -p 127.0.0.1:8765:8765 reputation-monitor
#
# /data holds reputation-monitor.yaml (yours), and beside it the database and the reports.

FROM python:3.11-slim AS build
# PyPI's torch for Linux brings gigabytes of CUDA; this index has the CPU build, which pip prefers as 2.13.0+cpu.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ENV PIP_EXTRA_INDEX_URL=${TORCH_INDEX} PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /app
# The dependencies are a layer of their own: the code changes more often.
COPY pyproject.toml constraints.txt ./
RUN python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" \
      > /tmp/requirements.txt \
    && pip install --constraint constraints.txt --requirement /tmp/requirements.txt
COPY . .
RUN pip install --no-deps --editable .

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 monitor && install --directory --owner monitor --group monitor /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:$PATH \
    REPUTATION_MONITOR_CONFIG=/data/reputation-monitor.yaml \
    REPUTATION_MONITOR__WEB__HOST=0.0.0.0 \
    REPUTATION_MONITOR__WEB__PORT=8765
USER monitor
WORKDIR /data
VOLUME /data
EXPOSE 8765
HEALTHCHECK --interval=1m --timeout=10s --start-period=2m \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8765/healthz', timeout=8)"]
ENTRYPOINT ["reputation-monitor"]
CMD ["run"]
