# A stand-in for the image of the chart's bundled Redis, where no registry can be reached: server, client and a shell.
FROM localhost/myapp-shell:12
COPY valkey-server valkey-cli /usr/local/bin/
COPY data /data
WORKDIR /data
USER 999:1000
EXPOSE 6379
CMD ["valkey-server"]
LABEL org.opencontainers.image.title="valkey" org.opencontainers.image.licenses="BSD-3-Clause"
