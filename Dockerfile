FROM python:3.13-slim

# Debian's GMP-ECM is about a fifth faster than the one in the wheel of passagemath-libecm.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gmp-ecm \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /opt/tallystick
COPY . .
RUN pip install --no-cache-dir --upgrade --constraint constraints.txt pip \
    && pip install --no-cache-dir --constraint constraints.txt --build-constraint constraints.txt '.[counting,cluster]'

RUN useradd --create-home tallystick && install --directory --owner tallystick /data /spool
USER tallystick
WORKDIR /home/tallystick
# What does not load on this Python ends the building of the image, not a worker.
RUN python -c "import primecountpy" && python -c "import coordinator.server, workers.kinds" && tallystick --version
VOLUME /data /spool
EXPOSE 8000

ENTRYPOINT ["tallystick"]
CMD ["serve", "--data-dir", "/data"]
