FROM python:3.13-slim

# Debian's GMP-ECM is about a fifth faster than the one that the worker extra would bring.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gmp-ecm \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /opt/tallystick
COPY . .
RUN pip install --no-cache-dir --upgrade --constraint constraints.txt pip \
    && pip install --no-cache-dir --constraint constraints.txt --build-constraint constraints.txt '.[counting]'

RUN useradd --create-home tallystick && install --directory --owner tallystick /data /spool
USER tallystick
WORKDIR /home/tallystick
VOLUME /data /spool
EXPOSE 8000

ENTRYPOINT ["tallystick"]
CMD ["serve", "--data-dir", "/data"]
